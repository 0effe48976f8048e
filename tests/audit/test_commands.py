"""The command line on a bundle: formats, exit codes, explanations."""

import csv
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from zhibu.audit.bundle import write_rows
from zhibu.audit.relations import Event, Membership, Organization
from zhibu.cli import main

NORM = Path(__file__).resolve().parents[2] / "norms" / "zjkvtc"
BEGAN = date(2020, 1, 1)


@pytest.fixture
def bundle(tmp_path):
    folder = tmp_path / "facts"
    write_rows(
        folder,
        "organizations",
        [
            Organization("c", None, "committee", None, "党委", BEGAN, None),
            Organization("b1", "c", "branch", "staff", "一支部", BEGAN, None),
            Organization("b2", "c", "branch", "staff", "二支部", BEGAN, None),
        ],
    )
    write_rows(folder, "memberships", [Membership("m1", "b1", "full", "staff", BEGAN, None)])
    paid = date(2026, 3, 9)
    write_rows(
        folder,
        "events",
        [Event("dues.paid", "b1", "m1", date(2026, 3, 1), paid, 1000, "r", date(2026, 5, 2))],
    )
    write_rows(folder, "states", [])
    return folder


def words(bundle, *more):
    return ["audit", "--facts", str(bundle), "--norm", str(NORM), "--as-of", "2026-05-20", *more]


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_formats_say_the_same(bundle, tmp_path, engine, capsys):
    chosen = ("--duty", "dues.monthly", "dues.day", "--engine", engine)
    assert main(words(bundle, *chosen, "--format", "csv")) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert {row["duty"] for row in rows} == {"dues.monthly", "dues.day"}
    march = next(row for row in rows if row["period"] == "2026-03")
    assert (march["status"], march["actual"], march["due"]) == ("late", "1", "2026-03-31")
    assert main(words(bundle, *chosen, "--format", "json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert [{**row, "ref": row["ref"] or ""} for row in found] == [
        {**row, "required": int(row["required"]), "actual": int(row["actual"])} for row in rows
    ]
    out = tmp_path / "found.parquet"
    assert main(words(bundle, *chosen, "--format", "parquet", "--out", str(out))) == 0
    assert len(duckdb.sql(f"SELECT * FROM '{out}'").fetchall()) == len(rows)
    assert main(words(bundle, *chosen)) == 0
    assert "补办 1" in capsys.readouterr().out


def test_org_with_its_subtree(bundle, capsys):
    def orgs(*named):
        assert main(words(bundle, "--format", "csv", "--org", *named)) == 0
        return {row["org"] for row in csv.DictReader(capsys.readouterr().out.splitlines())}

    assert orgs("b2") == {"b2"}
    assert orgs("c") == {"c", "b1", "b2"}


def test_explain(bundle, capsys):
    more = words(bundle)[1:]
    assert main(["explain", "dues.monthly", "m1", "2026-03", *more]) == 0
    text = capsys.readouterr().out
    assert "补办" in text
    assert "补录" in text
    assert main(["explain", "dues.monthly", "m1", "2026-04", *more]) == 0
    assert "还差 1 次" in capsys.readouterr().out
    assert main(["explain", "dues.monthly", "nobody", "2026-04", *more]) == 1
    assert "没有这一条结果" in capsys.readouterr().err


def test_refusals_are_1_and_wrong_usage_is_2(bundle, tmp_path, capsys):
    assert main(words(bundle, "--duty", "no.such")) == 1
    assert "no.such" in capsys.readouterr().err
    assert main(words(tmp_path / "nowhere")) == 1
    with pytest.raises(SystemExit) as wrong:
        main(["audit", "--facts", str(bundle)])
    assert wrong.value.code == 2
    with (bundle / "events.csv").open("a", encoding="utf-8") as opened:
        opened.write("no.such,b1,,2026-03-01,2026-03-01,,,2026-03-01\n")
    capsys.readouterr()
    assert main(words(bundle)) == 1
    text = capsys.readouterr().err
    assert "events.csv 第 2 行" in text
    assert "kind.unknown" in text
    aside = tmp_path / "bad.csv"
    assert main(words(bundle, "--lenient", "--aside", str(aside), "--format", "csv")) == 0
    assert "放到一边 1 行" in capsys.readouterr().err
    assert "no.such" in aside.read_text(encoding="utf-8")
