"""A million members on DuckDB, one year: findings and events per second, memory, ratio to SQL by hand.

Run in the checkout: `python -m benchmarks.million [--members M] [--committees N] [--twin FOLDER]`. The twin is
written first unless FOLDER holds one. Findings are counted in the database by duty and status, not carried out.
Exit 1 when SQL by hand counts otherwise than the audit.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import by_hand
from zhibu.audit.bundle import Part
from zhibu.audit.engines.duckdb import DuckdbEngine
from zhibu.audit.large import side_by_side
from zhibu.audit.plan import Plan, plan
from zhibu.audit.relations import Asked
from zhibu.audit.run import statement
from zhibu.audit.stage import RELATIONS, Stage
from zhibu.audit.staging import LISTED
from zhibu.norm.model import Norm
from zhibu.norm.read import installed, load
from zhibu.twin.write import Size, write

AS_OF = date(2026, 12, 31)
BOUND = 1.5  # times SQL by hand
ROUNDS = 2  # of those that are compared
Counts = Counter[tuple[str, str]]


def parts(folder: Path) -> list[Part]:
    """The parts of a bundle, or the whole as one."""
    return [Part(path, "duckdb") for path in sorted(folder.glob("part=*"))] or [Part(folder, "duckdb")]


def audited(made: Plan, engine: DuckdbEngine, part: Part) -> Counts:
    """Findings of one part by duty and status."""
    counts: Counts = Counter()
    engine.begin()
    try:
        stage = Stage(engine, made, part)
        stage.stage()
        for select in selects(stage):
            for duty, status, count in engine.rows(
                f"SELECT duty, status, COUNT(*) FROM (\n{select}\n) AS found GROUP BY duty, status"
            ):
                counts[duty, status] += count
    finally:
        engine.end()
    return counts


def selects(stage: Stage) -> Iterator[str]:
    """The findings of the staged part, form after form."""
    stage.outcomes(statement("quota"))
    yield LISTED
    if stage.plan.standings:
        yield statement("standing")
    if stage.plan.streaks:
        yield statement("streak")
    stage.anchors()
    yield statement("sequence")


def handmade(norm: Norm, engine: DuckdbEngine, part: Part) -> Counts:
    """The same counts of by_hand.DUTIES by SQL written for them."""
    counts: Counts = Counter()
    for name in RELATIONS:
        engine.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {part.select(name)}")
    engine.connection.execute(by_hand.prepared())
    for select in by_hand.statements(AS_OF, norm.packs["zjkvtc"].calendar):
        for duty, status, count in engine.connection.execute(select).fetchall():
            counts[duty, status] += count
    return counts


class Seconds(NamedTuple):
    """How long a run took: by the clock, and of processor time (all threads)."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.processor:.1f} s of processor time)"


class Timed:
    """Counts of all parts, side by side, and the seconds that they took together."""

    def __init__(
        self, engine: DuckdbEngine, threads: int, run: Callable[[DuckdbEngine, Part], Counts]
    ) -> None:
        self.engine, self.threads, self.run = engine, threads, run
        self.counts, self.seconds = Counts(), Seconds(0.0, 0.0)

    def take(self, given: list[Part]) -> None:
        """Run on all parts once; counts are those of the last time, seconds of all times."""
        wall, processor = time.perf_counter(), time.process_time()
        found = side_by_side(self.engine, self.threads, given, self.run)
        self.seconds = Seconds(
            self.seconds.wall + time.perf_counter() - wall,
            self.seconds.processor + time.process_time() - processor,
        )
        self.counts = sum(found, Counts())


def events(folder: Path, engine: DuckdbEngine) -> int:
    """How many events the bundle has."""
    pattern = str(folder / "**" / "events.parquet").replace("'", "''")
    row = engine.connection.execute(f"SELECT count(*) FROM read_parquet('{pattern}')").fetchone()
    return int(row[0]) if row else 0


def measure(folder: Path, members: int, memory: str = "4GB", threads: int = 2) -> bool:
    """Measures and prints; False when the counts differ."""
    norm = load(installed())
    engine = DuckdbEngine(memory=memory, threads=threads)
    number = events(folder, engine)
    whole = plan(norm, Asked(AS_OF))
    every = Timed(engine, threads, partial(audited, whole))
    every.take(parts(folder))
    total, seconds = every.counts.total(), every.seconds
    # Kilobytes on Linux. Taken before anything else runs, so it is the audit's own.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    some = plan(norm, Asked(AS_OF, duties=by_hand.DUTIES))
    chosen = Timed(engine, threads, partial(audited, some))
    hand = Timed(engine, threads, partial(handmade, norm))
    # In turns, so that what else the machine does falls on both alike.
    for _ in range(ROUNDS):
        chosen.take(parts(folder))
        hand.take(parts(folder))
    print(f"{members} members, {number} events, {len(parts(folder))} parts, {threads} threads")
    print(
        f"audit of all {len(norm.duties)} duties: {seconds}, {total} findings, "
        f"{total / seconds.wall:.0f} findings/s, {number / seconds.wall:.0f} events/s, peak memory {peak:.0f} MB",
        flush=True,
    )
    # Of processor time: beside other work the clock measures that work too.
    ratio = chosen.seconds.processor / hand.seconds.processor
    print(
        f"{len(by_hand.DUTIES)} duties ({', '.join(by_hand.DUTIES)}), {chosen.counts.total()} findings: "
        f"audit {chosen.seconds}, by hand {hand.seconds}, ratio {ratio:.2f} of processor time, "
        f"{chosen.seconds.wall / hand.seconds.wall:.2f} by the clock (bound {BOUND}: "
        f"{'kept' if ratio <= BOUND else 'missed'})"
    )
    ours, theirs = chosen.counts, hand.counts
    differs = {key: (ours[key], theirs[key]) for key in {*ours, *theirs} if ours[key] != theirs[key]}
    for (duty, status), (one, two) in sorted(differs.items()):
        print(f"differs: {duty} {status}: audit {one}, by hand {two}", file=sys.stderr)
    return not differs


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    words.add_argument("--members", type=int, default=1_000_000)
    words.add_argument("--committees", type=int, default=1430)
    words.add_argument("--parts", type=int)
    words.add_argument("--memory", default="4GB")
    words.add_argument("--twin", type=Path, help="a folder that holds the twin already, or where to write it")
    asked = words.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.twin or Path(temporary) / "twin"
        if not folder.exists():
            size = Size(asked.committees, asked.members, 1, 7, AS_OF, asked.parts)
            began = time.perf_counter()
            for _ in write(size, load(installed()).packs["zjkvtc"].calendar, folder):
                pass
            print(f"twin written in {time.perf_counter() - began:.1f} s")
        return 0 if measure(folder, asked.members, asked.memory) else 1


if __name__ == "__main__":
    sys.exit(main())
