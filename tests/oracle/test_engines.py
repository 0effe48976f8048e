"""Every engine gives what the second evaluator gives, on invented facts of all forms and options.

SQLite and DuckDB example by example; PostgreSQL and Spark on many committees of one bundle, run once.
`ZHIBU_EXAMPLES=N` multiplies the examples by N and draws new ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle.differences import difference, explained
from tests.oracle.evaluator import evaluate
from tests.oracle.generate import Example, example, examples
from zhibu.audit.bundle import Bundle, open_bundle, write_rows
from zhibu.audit.engines import NAMES
from zhibu.audit.relations import Facts, Finding, order
from zhibu.audit.run import audit

TIMES = int(os.environ.get("ZHIBU_EXAMPLES", "1"))
FIRST_SEED = 0 if TIMES == 1 else Random().randrange(10**9)


def profile(count: int) -> settings:
    """So many examples, the same ones each time unless more are asked for."""
    return settings(
        max_examples=count * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@profile(60)
@given(examples)
def test_sqlite_agrees_example_by_example(case: Example):
    assert (text := difference(case, "sqlite")) is None, text


@profile(12)
@given(examples)
def test_duckdb_agrees_example_by_example(case: Example):
    assert (text := difference(case, "duckdb")) is None, text


@pytest.mark.parametrize(("engine", "count"), [("sqlite", 250), ("duckdb", 25)])
def test_seeded_examples_agree(engine, count):
    for seed in range(FIRST_SEED, FIRST_SEED + count * TIMES):
        assert (text := explained(example(Random(seed)), engine)) is None, f"seed {seed}\n{text}"


# many committees of one bundle


def world_by_world(case: Example) -> list[Example]:
    """The worlds of one bundle apart: their ids begin with their number."""
    worlds: dict[str, dict[str, list]] = {}
    for relation in ("organizations", "memberships", "events", "states"):
        for row in getattr(case.facts, relation):
            rows = worlds.setdefault(row.org.split(".")[0], {})
            rows.setdefault(relation, []).append(row)
    return [replace(case, facts=Facts(**rows)) for rows in worlds.values()]


@cache
def joined(seed: int, worlds: int) -> tuple[Example, list[Finding]]:
    """Many committees in one bundle with many duties, and what the second evaluator says world by world."""
    case = example(Random(seed), duties=40, worlds=worlds)
    case = replace(case, asked=replace(case.asked, duties=None, organizations=None))
    expected = [
        row for world in world_by_world(case) for row in evaluate(world.norm, world.facts, world.asked)
    ]
    return case, sorted(expected, key=order)


def engines() -> list:
    """The engines that there are, the heavy ones marked."""
    marks = {"postgres": [pytest.mark.postgres], "spark": [pytest.mark.spark]}
    there = [name for name in NAMES if find_spec(f"zhibu.audit.engines.{name}")]
    return [pytest.param(name, marks=marks.get(name, [])) for name in there]


def on_disk(case: Example, folder: Path, parts: int, parquet: Callable[[int, str], bool]) -> Bundle:
    """The worlds of an example as a bundle in parts, some files of them Parquet, the others CSV."""
    worlds = world_by_world(case)
    for number in range(parts):
        for name in ("organizations", "memberships", "events", "states"):
            rows = [row for world in worlds[number::parts] for row in getattr(world.facts, name)]
            write_rows(folder / f"part={number}", name, rows, parquet(number, name))
    return open_bundle(folder, case.norm)


def _of_both_sorts(part: int, name: str) -> bool:
    return part == 0 or name in ("organizations", "events")


@pytest.mark.parametrize("engine", engines())
def test_many_committees_of_one_bundle(engine, tmp_path):
    case, expected = joined(seed=11, worlds=30)
    assert len(expected) > 3000
    # Spark reads Parquet by itself and is handed rows where any part has none.
    facts = on_disk(case, tmp_path, 2, _of_both_sorts) if engine == "spark" else case.facts
    found = audit(case.norm, facts, case.asked, engine=engine)
    assert sorted(set(found) - set(expected), key=order)[:5] == []
    assert sorted(set(expected) - set(found), key=order)[:5] == []
    assert found == expected


def test_parts_give_the_rows_of_the_whole():
    case, _ = joined(seed=5, worlds=6)
    whole = audit(case.norm, case.facts, case.asked)
    apart = [row for world in world_by_world(case) for row in audit(world.norm, world.facts, world.asked)]
    assert len(whole) > 500
    assert sorted(apart, key=order) == whole


@pytest.mark.parametrize("parquet", [False, True], ids=["csv", "parquet"])
def test_a_bundle_on_disk_gives_what_the_second_evaluator_says(tmp_path, parquet):
    case, expected = joined(seed=5, worlds=6)
    bundle = on_disk(case, tmp_path, 6, lambda number, name: parquet)
    assert len(bundle.folders) == 6
    for engine in ("sqlite", "duckdb"):
        assert audit(case.norm, bundle, case.asked, engine=engine) == expected


def test_the_order_of_rows_has_no_meaning():
    for seed in range(10):
        case = example(Random(seed))
        random = Random(seed)
        names = ("organizations", "memberships", "events", "states")
        mixed = {name: random.sample(rows := list(getattr(case.facts, name)), len(rows)) for name in names}
        assert audit(case.norm, Facts(**mixed), case.asked) == audit(case.norm, case.facts, case.asked)


def test_a_difference_is_made_small_and_told(monkeypatch):
    """The hunt itself: an audit that forgets one row of many is found out, with few facts left."""
    cases = (example(Random(seed)) for seed in range(200))
    case = next(
        one for one in cases if "late" in {row.status for row in evaluate(one.norm, one.facts, one.asked)}
    )

    def forgetful(norm, facts, asked, engine):
        return [row for row in audit(norm, facts, asked, engine=engine) if row.status != "late"]

    monkeypatch.setattr("tests.oracle.differences.audit", forgetful)
    text = explained(case, "sqlite")
    assert text is not None
    assert "'late'" in text
    assert text.count("\n  (") < 12
