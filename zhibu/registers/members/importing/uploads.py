"""Keeping an upload until it is imported or a day old. Who uploaded what stands in the log."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from zhibu.access import action, log, permit
from zhibu.access.models import Account
from zhibu.registers.members.importing import background, vault
from zhibu.registers.members.importing.models import Upload
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock

KEPT_FOR = timedelta(days=1)


@action("roster.upload")
def keep_upload(*, actor: Account, committee: Organization, file_name: str, data: bytes) -> Upload:
    """Seal an upload away for its preview. Older ones are removed."""
    permit(actor, "roster.import", committee)
    for old in Upload.objects.filter(created__lt=clock.now() - KEPT_FOR):
        drop_upload(old)
    background.forget_older(KEPT_FOR.total_seconds())
    upload = Upload(
        account=actor,
        committee=committee,
        file_name=file_name[-200:],
        digest=hashlib.sha256(data).hexdigest(),
        created=clock.now(),
    )
    vault.put(upload.pk, data)  # the file stands before the row that names it
    upload.save(force_insert=True)
    after = {"file_name": upload.file_name, "digest": upload.digest}
    log(actor, "roster.upload", upload, before=None, after=after, organizations=[committee])
    return upload


def drop_upload(upload: Upload) -> None:
    """Remove an upload with its file."""
    vault.drop(upload.pk)
    upload.delete()
