"""A bundle of facts on disk (事实包): four files, or folders `part=NAME/` of four each, checked before use.

bundle = open_bundle(Path("facts"), norm)          # raises FactsRefused with every fault
audit(norm, bundle, Asked(date(2026, 11, 20)), engine="duckdb")
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from zhibu.audit.checks import check_part
from zhibu.audit.engines import Engine, Needed, Query, Rows, Source
from zhibu.audit.files import COLUMNS, FactFault, FactsRefused, shown
from zhibu.norm.model import Norm

__all__ = ["Bundle", "FactFault", "FactsRefused", "Part", "open_bundle", "write_rows"]

#: How many parts Spark is handed at once: their trees of organizations are held in memory together.
PARTS_TOGETHER = 8


@dataclass(frozen=True)
class Part:
    """One folder with the four files. `dropped`: rows set aside, by relation."""

    folder: Path
    engine: str = "sqlite"
    dropped: dict[str, list[int]] = field(default_factory=dict)

    def file(self, name: str) -> Path:
        """The file of a relation: `.parquet` before `.csv`."""
        parquet = self.folder / f"{name}.parquet"
        return parquet if parquet.exists() else self.folder / f"{name}.csv"

    def select(self, name: str, needed: Needed | None = None) -> str:
        """A SELECT of the relation for DuckDB, typed, without the rows set aside."""
        file = self.file(name)
        dropped = self.dropped.get(name, [])
        cast = "TRY_CAST" if dropped else "CAST"
        # `|| ''` keeps DuckDB from reading the column of a CSV file as a date before bad rows are left out
        given = "{} || ''" if file.suffix == ".csv" else "{}"
        columns = ", ".join(
            column if type_ == "VARCHAR" else f"{cast}({given.format(column)} AS {type_}) AS {column}"
            for column, type_ in COLUMNS[name].items()
        )
        conditions = []
        if dropped:
            conditions.append(f"row_number NOT IN ({', '.join(map(str, dropped))})")
        if needed is not None and needed.kinds is not None and name in ("events", "states"):
            conditions.append(f"kind IN ({', '.join(map(quoted, sorted(needed.kinds))) or 'NULL'})")
        if needed is not None and needed.subjects is not None and name != "organizations":
            subjects = ", ".join(map(quoted, sorted(needed.subjects))) or "NULL"
            narrow = f"org IN ({subjects}) OR member IN ({subjects})"
            if needed.anyway:
                narrow += f" OR kind IN ({', '.join(map(quoted, sorted(needed.anyway)))})"
            conditions.append(f"({narrow})")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {columns} FROM {reading(file, bool(dropped), bool(dropped))}{where}"

    def relation(self, name: str, needed: Needed) -> Rows | Query:
        """DuckDB, and Spark from Parquet, read the file by themselves; other engines are given its rows."""
        if self.engine == "duckdb":
            return Query(self.select(name, needed))
        if self.engine == "spark" and self.file(name).suffix == ".parquet" and not self.dropped.get(name):
            return Query(f"SELECT {', '.join(COLUMNS[name])} FROM parquet.`{self.file(name).resolve()}`")
        return Rows(_fetched(self.select(name, needed)))


@dataclass(frozen=True)
class Together:
    """Several parts as one source: to plan an audit takes Spark as long for one as for all of them."""

    parts: tuple[Part, ...]

    def relation(self, name: str, needed: Needed) -> Rows | Query:
        """The rows of all parts; a query where every part gives one."""
        given = [part.relation(name, needed) for part in self.parts]
        if all(isinstance(one, Query) for one in given):
            return Query(" UNION ALL ".join(one.sql for one in given if isinstance(one, Query)))
        return Rows(chain.from_iterable(_fetched(part.select(name, needed)) for part in self.parts))


@dataclass(frozen=True)
class Bundle:
    """A checked bundle. `set_aside` counts the rows that `lenient` left out; they stand in the file `aside`."""

    folder: Path
    folders: tuple[Part, ...]
    set_aside: int = 0
    aside: Path | None = None

    def parts(self, engine: Engine) -> Iterable[Source]:
        """The parts, each a source for the engine; for Spark so many together."""
        parts = [Part(part.folder, engine.name, part.dropped) for part in self.folders]
        if engine.name != "spark":
            return parts
        starts = range(0, len(parts), PARTS_TOGETHER)
        return [Together(tuple(parts[start : start + PARTS_TOGETHER])) for start in starts]


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def reading(file: Path, numbered: bool = False, uneven: bool = False) -> str:
    """What DuckDB reads a file with; `numbered` adds `row_number`, from 1 in the order of the file.

    `uneven`: a row of a CSV file with too few or too many cells is read as far as it fits.
    """
    if file.suffix == ".parquet":
        name = f"read_parquet({quoted(str(file))}, file_row_number = true, hive_partitioning = false)"
        return f"(SELECT *, file_row_number + 1 AS row_number FROM {name})" if numbered else name
    text = f"read_csv({quoted(str(file))}, header = true, all_varchar = true, delim = ',', quote = '\"'"
    text += ", escape = '\"', nullstr = '', auto_detect = false, hive_partitioning = false, columns = "
    with file.open(encoding="utf-8-sig", newline="") as opened:
        header = next(csv.reader(opened), [])
    text += "{" + ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in header) + "}"
    text += ", strict_mode = false, null_padding = true, parallel = false)" if uneven else ")"
    return f"(SELECT *, row_number() OVER () AS row_number FROM {text})" if numbered else text


def _fetched(select: str) -> Iterator[tuple[Any, ...]]:
    connection = duckdb.connect(":memory:")
    try:
        cursor = connection.execute(select)
        while batch := cursor.fetchmany(50_000):
            yield from batch
    finally:
        connection.close()


def open_bundle(folder: Path, norm: Norm, lenient: bool = False, aside: Path | None = None) -> Bundle:
    """Check a bundle whole. Raises FactsRefused; `lenient` sets bad rows aside in the CSV file `aside` instead.

    What cannot be set aside row by row is refused all the same: a missing file or column, a type of a Parquet
    column, a file that cannot be read.
    """
    folders = sorted(path for path in folder.glob("part=*") if path.is_dir()) or [folder]
    found = _doubled(folder, folders)
    if found:
        raise FactsRefused(found)
    parts = []
    for each in folders:
        part = Part(each)
        faults = check_part(part.file, norm, lambda file, uneven: reading(file, True, uneven))
        found += faults
        dropped: dict[str, list[int]] = {}
        for fault in faults:
            if fault.row is not None:
                dropped.setdefault(fault.relation, []).append(fault.row)
        parts.append(Part(each, "sqlite", {name: sorted(set(rows)) for name, rows in dropped.items()}))
    found += _shared(parts) if len(parts) > 1 and not any(fault.row is None for fault in found) else []
    if found and (not lenient or any(fault.row is None for fault in found)):
        raise FactsRefused(found)
    if not found:
        return Bundle(folder, tuple(parts))
    target = aside or folder.resolve().with_name(folder.resolve().name + ".rejected.csv")
    _write_aside(target, found, parts)
    return Bundle(folder, tuple(parts), len({(fault.file, fault.row) for fault in found}), target)


def _doubled(folder: Path, folders: Sequence[Path]) -> list[FactFault]:
    """Files of which one would be passed over in silence: in both formats, or beside parts."""
    found = []
    for each in folders:
        for name in COLUMNS:
            parquet, text = each / f"{name}.parquet", each / f"{name}.csv"
            if parquet.exists() and text.exists():
                reason = f"{name}.csv 和 {name}.parquet 都有，不知道读哪一个。请移走一个"
                found.append(FactFault("file.double", name, shown(text), None, reason))
            for file in (parquet, text) if folders != [folder] and each == folders[0] else ():
                if (beside := folder / file.name).exists():
                    reason = "已经分成 part=… 各片，旁边又有这个文件，不知道读哪一个。请移走一边"
                    found.append(FactFault("file.double", name, shown(beside), None, reason))
    return found


def _write_aside(target: Path, found: Sequence[FactFault], parts: Sequence[Part]) -> None:
    """The rows set aside, each as it stands in its file, with the reason."""
    rows: dict[tuple[str, int], str] = {}
    for part in parts:
        for name, dropped in part.dropped.items():
            columns = ", ".join(f"CAST({column} AS VARCHAR)" for column in COLUMNS[name])
            listed = ", ".join(map(str, dropped))
            file = part.file(name)
            select = f"SELECT row_number, {columns} FROM {reading(file, True, True)} WHERE row_number IN ({listed})"
            for number, *cells in _fetched(select):
                line = io.StringIO()
                csv.writer(line, lineterminator="").writerow(cells)
                rows[shown(file), number] = line.getvalue()
    with target.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("file", "row", "code", "reason", "cells"))
        for fault in found:
            row = rows.get((fault.file, fault.row or 0), "")
            writer.writerow((fault.file, fault.row, fault.code, fault.reason, row))


def _shared(parts: Sequence[Part]) -> list[FactFault]:
    """Organizations that stand in two parts: a committee's subtree must lie in one."""
    united = " UNION ALL ".join(
        f"SELECT DISTINCT org, {quoted(shown(part.file('organizations')))} AS file FROM"
        f" ({part.select('organizations')})"
        for part in parts
    )
    select = f"SELECT org, MAX(file) FROM ({united}) GROUP BY org HAVING COUNT(*) > 1 ORDER BY org LIMIT 100"
    return [
        FactFault("org.in_two_parts", "organizations", file, None, f"组织 {org} 在另一分区里也有")
        for org, file in _fetched(select)
    ]


def write_rows(folder: Path, name: str, rows: Iterable[Sequence[object]], parquet: bool = False) -> Path:
    """Write one relation of a bundle, as CSV or Parquet. Days are dates or ISO text. Gives the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(COLUMNS[name])
        writer.writerows(rows)
    if not parquet:
        return file
    target = folder / f"{name}.parquet"
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"COPY ({Part(folder).select(name)}) TO {quoted(str(target))} (FORMAT parquet)")
    finally:
        connection.close()
    file.unlink()
    return target
