"""What the worker does for boxes: makes them, and clears away those whose days are over."""

from __future__ import annotations

from zhibu.documents.archive import actions, making, queries, storage
from zhibu.documents.archive.models import Archive
from zhibu.site import clock

WORK = {making.KIND: making.make}


def clean() -> None:
    """Remove expired boxes, those made before someone's data was destroyed, and folders that no row names."""
    today, forgotten = clock.today(), queries.last_forgotten()
    for archive in Archive.objects.select_related("job"):
        told = archive.made is not None and forgotten > (archive.version or 0)
        if not archive.job.active and (archive.expires < today or told):
            actions.expire(archive=archive)
    # The folders are listed first: one that comes meanwhile has its row already.
    there = storage.identities()
    for lost in there - set(Archive.objects.values_list("pk", flat=True)):
        storage.remove(lost)
