"""The twin: the same for the same seed, whole whatever its parts, sound, both outcomes of every duty."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.packs import shipped
from zhibu.audit.bundle import open_bundle
from zhibu.audit.large import audit_to_parquet
from zhibu.audit.relations import Asked, Event, Membership, Organization, State
from zhibu.cli import main
from zhibu.twin.write import Size, TwinRefused, write

NORM = shipped()
CALENDAR = NORM.packs["zjkvtc"].calendar
RELATIONS = {"organizations": Organization, "memberships": Membership, "events": Event, "states": State}
AS_OF = date(2027, 1, 20)


def rows(folder: Path, name: str) -> list:
    """All rows of a relation, of every part, with the columns in the relation's order."""
    columns = ", ".join(RELATIONS[name]._fields)
    files = sorted(str(path) for path in folder.rglob(f"{name}.parquet"))
    found = duckdb.execute(f"SELECT {columns} FROM read_parquet($files)", {"files": files}).fetchall()
    return [RELATIONS[name](*row) for row in found]


@pytest.fixture(scope="module")
def twin(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("twin")
    list(write(Size(30, 1500, 3, 7, AS_OF), CALENDAR, folder))
    return folder


def test_every_duty_has_met_and_missed_rows(twin, tmp_path):
    out = tmp_path / "findings.parquet"
    audit_to_parquet(NORM, open_bundle(twin, NORM), Asked(AS_OF, date(2025, 1, 1)), out)
    seen = defaultdict(set)
    for duty, status in duckdb.execute(f"SELECT DISTINCT duty, status FROM '{out}'").fetchall():
        seen[duty].add(status)
    assert seen.pop("five_ones") == {"no rule"}  # its checklist is empty
    lacking = {
        duty: seen[duty]
        for duty in NORM.duties
        if duty != "five_ones" and not {"met", "missed"} <= seen[duty]
    }
    assert lacking == {}


def test_the_bundle_is_sound(twin):
    known = {row.org for row in rows(twin, "organizations")}
    for name in RELATIONS:
        found = rows(twin, name)
        assert len(set(found)) == len(found), f"equal rows in {name}"
        assert {row.org for row in found} <= known
        if hasattr(found[0], "until"):
            assert [row for row in found if row.until is not None and row.until < row.since] == []
    for name in ("events", "states"):
        for row in rows(twin, name):
            kind = NORM.kinds[row.kind]
            assert kind.type == name[:-1]
            assert kind.member != "required" or row.member is not None, row
            assert kind.member != "none" or row.member is None, row
    for row in rows(twin, "events"):
        assert row.happened <= row.recorded <= AS_OF


def test_life_is_in_it(twin):
    """Moves within the committee, retirement, full members, joint and postponed afternoons, late entries."""
    memberships = defaultdict(list)
    for row in rows(twin, "memberships"):
        memberships[row.member].append(row)
    pairs = [stretch for stretch in memberships.values() if len(stretch) == 2]
    assert any(one.category != two.category for one, two in pairs)
    assert any(one.status != two.status for one, two in pairs)
    assert any(one.org != two.org and one.category == two.category for one, two in pairs)
    sessions = [row for row in rows(twin, "events") if row.kind == "study.session"]
    assert len({row.ref for row in sessions}) < len(sessions)
    assert any(row.happened > row.day for row in sessions)
    assert any((row.recorded - row.happened).days >= 15 for row in sessions)
    assert {row.day.month for row in sessions}.isdisjoint({8})  # no afternoons in the summer


def test_same_seed_same_rows_whatever_the_parts(tmp_path):
    for name, parts, seed in (("one", 1, 3), ("again", 1, 3), ("three", 3, 3), ("other", 1, 4)):
        list(write(Size(3, 120, 1, seed, date(2026, 6, 30), parts), CALENDAR, tmp_path / name))
    assert len(list((tmp_path / "three").glob("part=*"))) == 3
    for name in RELATIONS:
        assert rows(tmp_path / "one", name) == rows(tmp_path / "again", name)
        assert sorted(rows(tmp_path / "one", name), key=str) == sorted(
            rows(tmp_path / "three", name), key=str
        )
    assert rows(tmp_path / "one", "events") != rows(tmp_path / "other", "events")


@pytest.mark.parametrize(
    "size",
    [
        Size(0, 100, 1, 1, AS_OF),
        Size(2, 59, 1, 1, AS_OF),
        Size(2, 100, 0, 1, AS_OF),
        Size(2, 100, AS_OF.year + 1, 1, AS_OF),
        Size(2, 100, 1, 1, date(9999, 12, 31)),
        Size(2, 100, 1, 1, AS_OF, parts=0),
    ],
)
def test_sizes_that_do_not_fit_are_refused(size, tmp_path):
    with pytest.raises(TwinRefused, match="请"):
        list(write(size, CALENDAR, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_the_command_writes_and_never_overwrites(tmp_path, capsys):
    words = ["twin", "--committees", "2", "--members", "60", "--as-of", "2026-05-01", "--parts", "2"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.count("片") == 2
    assert main([*words, "--out", str(tmp_path / "out")]) == 1
    assert "不覆盖" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert main([*words, "--out", str(tmp_path / "file")]) == 1
    assert "不是文件夹" in capsys.readouterr().err
    for day in ("20260501", "2026/05/01"):
        with pytest.raises(SystemExit) as wrong:
            main([*words[:-4], "--as-of", day, "--out", str(tmp_path / "other")])
        assert wrong.value.code == 2
        assert "应写成" in capsys.readouterr().err
