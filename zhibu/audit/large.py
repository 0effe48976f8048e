"""Findings of a large bundle straight into Parquet: nothing passes through Python, one part after another."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from zhibu.audit.bundle import Bundle, quoted
from zhibu.audit.engines.duckdb import DuckdbEngine
from zhibu.audit.plan import plan
from zhibu.audit.relations import Asked
from zhibu.audit.run import UnknownOrganization, statement
from zhibu.audit.stage import Stage
from zhibu.audit.staging import LISTED
from zhibu.norm.model import Norm

#: A running day as a date, in DuckDB.
DATE = "DATE '0001-01-01' + CAST({} - 1 AS INTEGER)"
ORDER = "duty, subject, period, ref NULLS FIRST, article, org, required NULLS FIRST, actual NULLS FIRST, status, due"


def audit_to_parquet(
    norm: Norm, bundle: Bundle, asked: Asked, out: Path, memory: str | None = None, threads: int | None = None
) -> int:
    """Write the findings, sorted, to one Parquet file; gives how many. `memory` bounds DuckDB, e.g. "4GB"."""
    made = plan(norm, asked)
    engine = DuckdbEngine(memory, threads)
    folder = Path(tempfile.mkdtemp(prefix="zhibu-audit-", dir=out.parent))
    try:
        engine.connection.execute(f"SET temp_directory = {quoted(str(folder / 'spill'))}")
        number = 0
        unknown = set(asked.organizations or ())
        for source in bundle.parts(engine):
            engine.begin()
            stage = Stage(engine, made, source)
            stage.stage()
            unknown.difference_update(stage.tree.rows)
            within = ""
            if asked.organizations is not None:
                wanted = sorted(stage.tree.below(asked.organizations, stage.as_of))
                within = f" WHERE org IN ({', '.join(map(quoted, wanted)) or 'NULL'})"
            for select in _selects(stage):
                number += 1
                target = folder / f"{number}.parquet"
                engine.connection.execute(
                    f"COPY (SELECT * FROM ({select}){within}) TO {quoted(str(target))} (FORMAT parquet)"
                )
            engine.end()
        if unknown:
            raise UnknownOrganization("、".join(sorted(unknown)))
        if number == 0:
            raise ValueError("no duty to audit")
        written = quoted(str(folder / "*.parquet"))
        engine.connection.execute(
            f"COPY (SELECT * FROM read_parquet({written}) ORDER BY {ORDER}) TO {quoted(str(out))} (FORMAT parquet)"
        )
        counted = engine.connection.execute(
            f"SELECT COUNT(*) FROM read_parquet({quoted(str(out))})"
        ).fetchall()
        return int(counted[0][0])
    finally:
        engine.connection.close()
        shutil.rmtree(folder, ignore_errors=True)


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
