"""A box for an inspection (迎检材料) of the demo college: all branches, all articles, one year.

Run in the checkout: `python -m benchmarks.archive [--postgres]`.
The bound is on the clock; processor time, which other work on
the machine moves less, stands beside it. Exit 1 when the box is not made.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from datetime import date
from typing import Any

from benchmarks.college import POSTGRES, deployment, timed

BOUND = 60.0


def _box(day: date) -> Any:
    """Ask for the whole box as the committee's officer, and do the work."""
    from zhibu.access.models import Account
    from zhibu.documents.archive import actions, queries
    from zhibu.documents.archive.models import Archive
    from zhibu.documents.archive.selection import Selection
    from zhibu.jobs import worker
    from zhibu.site import packs

    officer = Account.objects.get(username="dangban")
    units = queries.units(officer, day, date(day.year, 1, 1))
    articles = [article.id for article in packs.norm().articles]
    selection = Selection.of(articles, [unit.id for unit in units], [day.year])
    asked = actions.ask(actor=officer, selection=selection, today=day)
    print(f"{len(units)} organizations, {len(articles)} articles, {day.year}")
    worker.work_all()
    return Archive.objects.select_related("job").get(pk=asked.pk)


def _peak() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Build the demo, make the box, print what it took. 1 when it was not made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help=POSTGRES)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, deployment(folder, asked.postgres):
        from zhibu.site import clock

        before = _peak()
        boxes: list[Any] = []
        took = timed(lambda: boxes.append(_box(clock.today())))
        made = boxes[0]
        if made.made is None:
            print(f"not made: {made.job.state} {made.job.words} {made.job.refusal}")
            return 1
        said = "kept" if took.wall <= BOUND else "missed"
        print(f"made in {took}, bound {BOUND:.0f} s by the clock: {said}")
        print(f"{made.counts}, {made.size / 1e6:.0f} MB")
        print(f"peak memory {_peak():.0f} MB, of that before {before:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
