"""Bundles on disk: read alike in every shape, refused with file, row, reason and code."""

import csv
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import duckdb
import pytest

from tests.audit.worlds import duty, event, facts, norm, state
from zhibu.audit.bundle import PARTS_TOGETHER, Bundle, FactsRefused, Part, open_bundle, write_rows
from zhibu.audit.engines import Needed, Query
from zhibu.audit.large import audit_to_parquet
from zhibu.audit.relations import Asked, Facts, Finding
from zhibu.audit.run import audit
from zhibu.norm.model import Bound

NORM = norm(
    duty("quota", "member", kinds=("paid",), bound=Bound("1"), period="month"),
    replace(duty("standing", kinds=("paper",), bound=Bound("1")), id="standing"),
    replace(duty("streak", "member", kinds=("paid",), limit="3", period="month"), id="streak"),
    replace(
        duty("sequence", "", anchors=("meeting",), require=(("plan",),), direction="before", anchor_duties=()),
        id="sequence",
    ),
    replace(
        duty("sequence", "", anchor_duties=("duty",), require=(("case",),), direction="after", within="7",
             match=("ref", "member")),
        id="told",
    ),
)  # fmt: skip
GIVEN = facts(
    events=[
        event("paid", date(2026, 3, 5), member="m1", amount=100, ref="r1"),
        event("meeting", date(2026, 3, 4), ref="x"),
        event("plan", date(2026, 3, 1), ref="x"),
    ],
    states=[
        state("paper", date(2025, 1, 1), until=date(2026, 4, 1)),
        state("in_use", date(2025, 6, 1), org="c", ref="*"),
    ],
)
ASKED = Asked(date(2026, 4, 20))
RELATIONS = ("organizations", "memberships", "events", "states")


def write(folder, given: Facts = GIVEN, parquet=False):
    for name in RELATIONS:
        write_rows(folder, name, getattr(given, name), parquet)
    return folder


def spoil(folder, name, change):
    file = folder / f"{name}.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize("parquet", [False, True])
@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_gives_what_the_facts_in_memory_give(tmp_path, parquet, engine):
    bundle = open_bundle(write(tmp_path, parquet=parquet), NORM)
    assert audit(NORM, bundle, ASKED, engine) == audit(NORM, GIVEN, ASKED) != []


def test_parts_give_the_rows_of_the_whole(tmp_path):
    def renamed(row):
        return row._replace(
            **{key: f"z{row._asdict()[key]}" for key in ("org", "parent", "member") if row._asdict().get(key)}
        )

    other = Facts(*([renamed(row) for row in getattr(GIVEN, name)] for name in RELATIONS))
    write(tmp_path / "part=1")
    write(tmp_path / "part=2", other, parquet=True)
    both = Facts(*([*getattr(GIVEN, name), *getattr(other, name)] for name in RELATIONS))
    assert audit(NORM, open_bundle(tmp_path, NORM), ASKED, "duckdb") == audit(NORM, both, ASKED)


def test_spark_is_handed_some_parts_at_once(tmp_path):
    for number in range(PARTS_TOGETHER + 1):
        write(tmp_path / f"part={number}", parquet=number != 1)
    folders = tuple(Part(folder) for folder in sorted(tmp_path.glob("part=*")))
    first, last = Bundle(tmp_path, folders).parts(SimpleNamespace(name="spark"))
    assert [len(first.parts), len(last.parts)] == [PARTS_TOGETHER, 1]
    assert isinstance(last.relation("events", Needed()), Query)
    rows = first.relation("events", Needed())
    assert len(list(rows.rows)) == len(GIVEN.events) * PARTS_TOGETHER


def test_an_organization_in_two_parts_is_refused(tmp_path):
    write(tmp_path / "part=1")
    write(tmp_path / "part=2")
    with pytest.raises(FactsRefused) as refused:
        open_bundle(tmp_path, NORM)
    assert {fault.code for fault in refused.value.faults} == {"org.in_two_parts"}


def test_findings_straight_to_parquet_are_the_same(tmp_path):
    bundle = open_bundle(write(tmp_path / "facts"), NORM)
    out = tmp_path / "findings.parquet"
    count = audit_to_parquet(NORM, bundle, ASKED, out, memory="500MB", threads=1)
    expected = audit(NORM, GIVEN, ASKED)
    rows = duckdb.sql(f"SELECT * FROM '{out}'").fetchall()
    assert [tuple(row) for row in rows] == [tuple(each) for each in expected]
    assert count == len(expected)


def test_nothing_owed_gives_an_empty_file(tmp_path):
    bundle = open_bundle(write(tmp_path / "facts"), NORM)
    for number, asked in enumerate((Asked(date(2026, 4, 20), date(2026, 5, 1), ("duty",)), ASKED)):
        out = tmp_path / f"{number}.parquet"
        assert audit_to_parquet(NORM, bundle, asked, out) == len(audit(NORM, GIVEN, asked))
        assert duckdb.sql(f"SELECT * FROM '{out}'").columns == list(Finding._fields)


def cell(row, column, value):
    def change(rows):
        rows[row][rows[0].index(column)] = value

    return change


def repeat(row):
    return lambda rows: rows.append(rows[row])


def without(column):
    def change(rows):
        place = rows[0].index(column)
        for row in rows:
            del row[place]

    return change


@pytest.mark.parametrize(
    ("name", "change", "code", "row"),
    [
        ("events", without("recorded"), "column.missing", None),
        ("events", lambda rows: [row.append("x") for row in rows], "column.unknown", None),
        ("events", cell(1, "day", "2026-02-30"), "value.date", 1),
        ("events", cell(2, "day", "2026/03/04"), "value.date", 2),
        ("events", cell(2, "day", ""), "value.missing", 2),
        ("events", cell(2, "day", "0000-03-04"), "value.date", 2),
        ("events", cell(1, "amount", "1.5"), "value.integer", 1),
        ("events", cell(1, "amount", "1000000000001"), "value.integer", 1),
        ("events", cell(2, "ref", "x\0y"), "value.text", 2),
        ("events", lambda rows: rows[2].pop(), "row.cells", 2),
        ("events", lambda rows: rows[3].append("x"), "row.cells", 3),
        ("events", lambda rows: [row.append(row[0]) for row in rows], "column.double", None),
        ("events", cell(1, "kind", "paidd"), "kind.unknown", 1),
        ("events", cell(1, "kind", "paper"), "kind.type", 1),
        ("states", cell(1, "kind", "branch"), "kind.derived", 1),
        ("events", cell(3, "org", "nowhere"), "org.unknown", 3),
        ("memberships", cell(1, "org", "nowhere"), "org.unknown", 1),
        ("memberships", cell(1, "category", "pupil"), "value.unknown", 1),
        ("memberships", cell(1, "status", "guest"), "value.unknown", 1),
        ("organizations", cell(2, "kind", "club"), "value.unknown", 2),
        ("organizations", cell(3, "parent", "nowhere"), "org.parent_unknown", 3),
        ("events", cell(3, "ref", "号" * 401), "value.long", 3),
        ("states", cell(1, "until", "2024-12-31"), "interval.backwards", 1),
        ("events", repeat(1), "row.repeated", 4),
        ("states", repeat(2), "row.repeated", 3),
        ("organizations", lambda rows: rows.append([*rows[2][:4], "改名", *rows[2][5:]]), "org.overlap", 4),
    ],
)
def test_refused_with_file_row_reason_and_code(tmp_path, name, change, code, row):
    spoil(write(tmp_path / "facts"), name, change)
    with pytest.raises(FactsRefused) as refused:
        open_bundle(tmp_path / "facts", NORM)
    faults = [fault for fault in refused.value.faults if fault.code == code]
    assert faults, refused.value.faults
    assert (faults[0].file, faults[0].row) == (f"{name}.csv", row)
    assert faults[0].reason
    if code in ("value.date", "org.parent_unknown", "row.repeated", "row.cells"):
        bundle = open_bundle(tmp_path / "facts", NORM, lenient=True)
        assert bundle.set_aside == len({(fault.file, fault.row) for fault in refused.value.faults})
        assert code in (tmp_path / "facts.rejected.csv").read_text(encoding="utf-8")
        audit(NORM, bundle, ASKED, "duckdb")


def test_an_interval_that_ends_as_it_begins_is_allowed(tmp_path):
    spoil(write(tmp_path), "states", cell(1, "until", "2025-01-01"))
    open_bundle(tmp_path, NORM)


def test_a_circle_of_parents_is_refused(tmp_path):
    spoil(
        write(tmp_path),
        "organizations",
        lambda rows: (cell(2, "parent", "b2")(rows), cell(3, "parent", "b1")(rows)),
    )
    with pytest.raises(FactsRefused) as refused:
        open_bundle(tmp_path, NORM)
    assert {fault.row for fault in refused.value.faults if fault.code == "org.circle"} == {2, 3}


def test_what_is_set_aside_leaves_the_rest_as_it_was(tmp_path):
    folder = write(tmp_path / "facts")
    spoil(folder, "events", lambda rows: (rows.append(["nothing", *rows[1][1:]]), rows.append(rows[1])))
    bundle = open_bundle(folder, NORM, lenient=True, aside=tmp_path / "bad.csv")
    assert bundle.set_aside == 2
    with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as opened:
        bad = list(csv.DictReader(opened))
    assert [row["code"] for row in bad] == ["kind.unknown", "row.repeated"]
    given = (folder / "events.csv").read_text(encoding="utf-8").splitlines()
    assert [row["cells"] for row in bad] == given[-2:]  # as they stand, to be mended and put back
    for engine in ("sqlite", "duckdb"):
        assert audit(NORM, bundle, ASKED, engine) == audit(NORM, GIVEN, ASKED)


def test_a_missing_file_and_no_text(tmp_path):
    folder = write(tmp_path)
    (folder / "states.csv").unlink()
    (folder / "events.csv").write_bytes(b"\xff\xfe\x00kind")
    with pytest.raises(FactsRefused) as refused:
        open_bundle(folder, NORM, lenient=True)
    assert {(fault.relation, fault.code) for fault in refused.value.faults} == {
        ("states", "file.missing"),
        ("events", "file.encoding"),
    }


def test_line_endings_that_change_within_a_file_are_named(tmp_path):
    folder = write(tmp_path)
    text = (folder / "events.csv").read_bytes()
    (folder / "events.csv").write_bytes(text.replace(b"\n", b"\r\n", 2))
    with pytest.raises(FactsRefused) as refused:
        open_bundle(folder, NORM)
    (fault,) = refused.value.faults
    assert (fault.code, fault.file) == ("file.line_endings", "events.csv")
    assert "第 3 行" in fault.reason
    (folder / "events.csv").write_bytes(text.replace(b"\n", b"\r\n"))
    assert audit(NORM, open_bundle(folder, NORM), ASKED, "duckdb") == audit(NORM, GIVEN, ASKED)


def test_what_no_engine_reads_alike_is_named(tmp_path):
    """Another encoding, deep in the file too, and quotes that do not match: in words of the one who mends it."""
    folder = write(tmp_path)
    text = (folder / "events.csv").read_bytes()
    row = "paid,b1,,2026-03-01,2026-03-01,,第{}号,2026-03-01\n"
    many = "".join(row.format(number) for number in range(5000))
    for spoilt, code, line in (
        (text + many.encode() + row.format("末").encode("gbk"), "file.encoding", 5005),
        (text.decode().encode("utf-16"), "file.encoding", 1),
        (text + b'paid,b1,"x"y,2026-03-01,2026-03-01,,,2026-03-01\n', "file.quotes", 5),
        (text + b'paid,b1,"x,2026-03-01,2026-03-01,,,2026-03-01\n' + many.encode(), "file.quotes", 5),
    ):
        (folder / "events.csv").write_bytes(spoilt)
        with pytest.raises(FactsRefused) as refused:
            open_bundle(folder, NORM)
        (fault,) = refused.value.faults
        assert (fault.code, fault.file) == (code, "events.csv")
        assert f"第 {line} 行" in fault.reason


def test_a_file_that_would_be_passed_over_is_refused(tmp_path):
    folder = write(tmp_path / "both", parquet=True)
    (folder / "events.csv").write_text("kind\n", encoding="utf-8")
    write(tmp_path / "mixed")
    write(tmp_path / "mixed" / "part=1")
    for name, count in (("both", 1), ("mixed", 4)):
        with pytest.raises(FactsRefused) as refused:
            open_bundle(tmp_path / name, NORM, lenient=True)
        assert [fault.code for fault in refused.value.faults] == ["file.double"] * count


@pytest.mark.parametrize("day", ["DATE 'infinity'", "DATE '0044-03-15 (BC)'", "DATE '12026-03-01'"])
def test_a_parquet_day_that_other_engines_cannot_hold_is_refused(tmp_path, day):
    folder = write(tmp_path)
    (folder / "events.csv").unlink()
    select = (
        f"SELECT 'paid' AS kind, 'b1' AS org, NULL::VARCHAR AS member, {day} AS day, DATE '2026-03-01' AS"
    )
    select += " happened, NULL::BIGINT AS amount, NULL::VARCHAR AS ref, DATE '2026-03-01' AS recorded"
    duckdb.sql(f"COPY ({select}) TO '{folder / 'events.parquet'}' (FORMAT parquet)")
    with pytest.raises(FactsRefused) as refused:
        open_bundle(folder, NORM)
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [("value.date", 1)]


def test_a_parquet_column_of_another_type_is_refused(tmp_path):
    folder = write(tmp_path)
    (folder / "events.csv").unlink()
    select = "SELECT 'paid' AS kind, 'b1' AS org, NULL::VARCHAR AS member, '2026-03-01' AS day, DATE '2026-03-01' AS"
    select += " happened, 1.5 AS amount, NULL::VARCHAR AS ref, DATE '2026-03-01' AS recorded"
    duckdb.sql(f"COPY ({select}) TO '{folder / 'events.parquet'}' (FORMAT parquet)")
    with pytest.raises(FactsRefused) as refused:
        open_bundle(folder, NORM)
    assert [fault.code for fault in refused.value.faults] == ["column.type", "column.type"]
