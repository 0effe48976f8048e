"""Addresses of roster imports and of the official export."""

from __future__ import annotations

from tests.permissions.addresses import COMMITTEE, SECRETARY, Address

SHEET = "姓名,所在党支部,人员类别\n赵一,机电工程系党支部,正式党员\n".encode()


def _upload(side):
    """An upload of that committee, made on first asking."""

    def words(world):
        from zhibu.access import system_account
        from zhibu.registers.members.importing.models import Upload
        from zhibu.registers.members.importing.uploads import keep_upload

        committee = getattr(world, side).committee
        upload = Upload.objects.filter(committee=committee).first() or keep_upload(
            actor=system_account(), committee=committee, file_name="名册.csv", data=SHEET
        )
        return {"identity": upload.pk}

    return words


def _progress(side):
    """How far the import of that upload is."""

    def words(world):
        from zhibu.registers.members.importing import background

        found = _upload(side)(world)
        background._note(found["identity"], background.Progress(total=3_000))
        return found

    return words


def _batch(side):
    """A batch of that committee with a returned workbook, made on first asking."""

    def words(world):
        from zhibu.access import system_account
        from zhibu.registers.members.importing import vault
        from zhibu.registers.members.importing.models import Batch
        from zhibu.site import clock

        committee = getattr(world, side).committee
        batch = Batch.objects.filter(committee=committee).first()
        if batch is None:
            batch = Batch.objects.create(
                at=clock.now(), actor=system_account(), committee=committee, kind="members", log_number=0
            )
            vault.put(batch.pk, b"a workbook")
        return {"identity": batch.pk}

    return words


EXPORTS = COMMITTEE | SECRETARY | frozenset({"organization_commissioner", "auditor"})
ADDRESSES = {
    "roster_import": Address(COMMITTEE),
    "roster_preview": Address(COMMITTEE, _upload("own"), _upload("foreign")),
    "roster_preview_bad": Address(COMMITTEE, _upload("own"), _upload("foreign")),
    "roster_progress": Address(COMMITTEE, _progress("own"), _progress("foreign")),
    "roster_batch": Address(COMMITTEE, _batch("own"), _batch("foreign")),
    "roster_batch_bad": Address(COMMITTEE, _batch("own"), _batch("foreign")),
    "roster_undo": Address(COMMITTEE, _batch("own"), _batch("foreign"), post=True),
    "roster_export": Address(EXPORTS),
    "applicants_export": Address(EXPORTS),
    "desk:setup": Address(COMMITTEE),
}
