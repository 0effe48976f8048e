"""Findings of a large bundle straight into Parquet: none passes through Python; parts are audited side by side."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from zhibu.audit.bundle import Bundle, quoted
from zhibu.audit.engines import Source
from zhibu.audit.engines.duckdb import DuckdbEngine
from zhibu.audit.plan import Plan, plan
from zhibu.audit.relations import Asked, Finding
from zhibu.audit.report import TYPES
from zhibu.audit.run import UnknownOrganization, statement
from zhibu.audit.stage import Stage
from zhibu.audit.staging import LISTED
from zhibu.norm.model import Norm

Given = TypeVar("Given")
Result = TypeVar("Result")

#: A running day as a date, in DuckDB.
DATE = "DATE '0001-01-01' + CAST({} - 1 AS INTEGER)"
ORDER = "duty, subject, period, ref NULLS FIRST, article, org, required NULLS FIRST, actual NULLS FIRST, status, due"

COLUMNS = (f"CAST(NULL AS {type_}) AS {name}" for name, type_ in zip(Finding._fields, TYPES, strict=True))
NOTHING = f"SELECT {', '.join(COLUMNS)} WHERE 1 = 0"


def side_by_side(
    engine: DuckdbEngine, threads: int, parts: Sequence[Given], run: Callable[[DuckdbEngine, Given], Result]
) -> list[Result]:
    """What `run` gives for each part, as many at once as there are threads, each on its own connection.

    What one part does outside the database then falls into the time in which the database works on another.
    """
    at_once = max(1, min(threads, len(parts)))
    # Those that wait for the database work in it too.
    engine.connection.execute(f"SET threads = {threads - at_once + 1}")
    try:
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(lambda part: run(engine.beside(), part), parts))
    finally:
        engine.connection.execute(f"SET threads = {threads}")


def audit_to_parquet(
    norm: Norm, bundle: Bundle, asked: Asked, out: Path, memory: str | None = None, threads: int | None = None
) -> int:
    """Write the findings, sorted, to one Parquet file; gives how many. `memory` bounds DuckDB, e.g. "4GB"."""
    made = plan(norm, asked)
    engine = DuckdbEngine(memory, threads)
    folder = Path(tempfile.mkdtemp(prefix="zhibu-audit-", dir=out.parent))
    try:
        engine.connection.execute(f"SET temp_directory = {quoted(str(folder / 'spill'))}")
        parts = list(enumerate(bundle.parts(engine)))
        known = side_by_side(
            engine,
            threads or os.cpu_count() or 1,
            parts,
            lambda own, part: _part_to_parquet(own, made, part[1], folder / str(part[0])),
        )
        unknown = set(asked.organizations or ()).difference(*known)
        if unknown:
            raise UnknownOrganization("、".join(sorted(unknown)))
        written = quoted(str(folder / "*" / "*.parquet"))
        select = f"SELECT * FROM read_parquet({written}) ORDER BY {ORDER}"
        if not any(folder.glob("*/*.parquet")):  # nothing is owed in the time asked for
            select = NOTHING
        whole = folder / "findings.parquet"
        engine.connection.execute(f"COPY ({select}) TO {quoted(str(whole))} (FORMAT parquet)")
        counted = engine.connection.execute(
            f"SELECT COUNT(*) FROM read_parquet({quoted(str(whole))})"
        ).fetchall()
        whole.replace(out)
        return int(counted[0][0])
    finally:
        engine.connection.close()
        shutil.rmtree(folder, ignore_errors=True)


def _part_to_parquet(engine: DuckdbEngine, made: Plan, source: Source, folder: Path) -> set[str]:
    """Write the findings of one part, a file for each form; gives the organizations that the part has."""
    folder.mkdir()
    engine.begin()
    stage = Stage(engine, made, source)
    stage.stage()
    within = ""
    if made.asked.organizations is not None:
        wanted = sorted(stage.tree.below(made.asked.organizations, stage.as_of))
        within = f" WHERE org IN ({', '.join(map(quoted, wanted)) or 'NULL'})"
    for number, select in enumerate(_selects(stage)):
        target = quoted(str(folder / f"{number}.parquet"))
        engine.connection.execute(f"COPY (SELECT * FROM ({select}){within}) TO {target} (FORMAT parquet)")
    engine.end()
    return set(stage.tree.rows)


def _selects(stage: Stage) -> list[str]:
    """A SELECT of findings for each form that has duties; what anchors need is staged before."""
    made, due = stage.plan, DATE.format("due")
    selects = []
    head = "duty, article, subject_id AS subject, org"
    tail = f"required, actual, status, {due} AS due"
    if made.slots:
        stage.outcomes(statement("quota"))
        selects.append(f"SELECT {head}, period, {tail}, CAST(NULL AS VARCHAR) AS ref FROM ({LISTED})")
    today = quoted(made.asked.as_of.isoformat())
    for form, duties in (("standing", made.standings), ("streak", made.streaks)):
        if duties:
            selects.append(
                f"SELECT {head}, {today} AS period, {tail}, CAST(NULL AS VARCHAR) AS ref FROM ({statement(form)})"
            )
    if made.sequences:
        stage.anchors()
        period = f"CAST({DATE.format('happened')} AS VARCHAR) AS period"
        selects.append(f"SELECT {head}, {period}, {tail}, ref FROM ({statement('sequence')})")
    return selects
