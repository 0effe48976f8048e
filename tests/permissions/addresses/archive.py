"""Addresses of boxes for an inspection."""

from __future__ import annotations

from tests.permissions.addresses import OFFICER, READERS, SECRETARY, Address

#: Besides those listed the commissioner for organization makes boxes, not the two others.
MAKES = OFFICER | SECRETARY | READERS | {"organization_commissioner"}


def _box(side):
    """A made box of that branch, of whoever reads there: only who asked reaches it, or whoever covers all of it."""

    def words(world):
        from zhibu.access.models import Account
        from zhibu.documents.archive.models import Archive
        from zhibu.jobs.models import Job
        from zhibu.site import clock

        place = getattr(world, side).organization.pk
        found = Archive.objects.filter(organizations=[place]).first()
        if found is None:
            account, now = Account.objects.get(pk=getattr(world, side).account.pk), clock.now()
            job = Job.objects.create(kind="archive", account=account, asked=now, state="done")
            found = Archive.objects.create(
                account=account, job=job, asked=now, made=now, day=world.today, version=0,
                articles=["1"], organizations=[place], years=[2026], roots=[place],
            )  # fmt: skip
        return {"identity": found.pk}

    return words


ADDRESSES = {
    "archive:index": Address(MAKES),
    "archive:make": Address(MAKES, post=True),
    "archive:one": Address(MAKES, _box("own"), _box("foreign")),
    "archive:take": Address(MAKES, _box("own"), _box("foreign"), post=True),
    "archive:go_on": Address(MAKES, _box("own"), _box("foreign"), post=True),
    "archive:delete": Address(MAKES, _box("own"), _box("foreign"), post=True),
}
