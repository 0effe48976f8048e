"""What is exported and audited elsewhere is what the deployment itself says, on either database."""

from __future__ import annotations

from datetime import date

import pytest

from tests.audit.worlds import duty, norm
from zhibu.audit.bundle import open_bundle
from zhibu.audit.explanation import explain
from zhibu.audit.relations import Asked
from zhibu.audit.run import audit
from zhibu.cli import main
from zhibu.desk.actions import sign_reading
from zhibu.desk.facts import Deployment
from zhibu.desk.findings import engine_name
from zhibu.norm.model import Bound
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft, Line
from zhibu.registers.activities.rules import Block
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.members import actions as members
from zhibu.site import packs

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(in_use, system, today):
    """Something of each register: sessions, late and in time, a receipt, a state that ends."""
    for day, place, who in (
        (date(2026, 9, 16), in_use.one, in_use.zhang),
        (date(2026, 11, 18), in_use.two, in_use.li),
    ):
        activities.record_activity(
            actor=system, organization=place, lines=[Line(who.pk, place.pk, "present")], today=today,
            draft=Draft(title="学习“逗号, 引号\"”", kinds=("study.session", "four.study"),
                        blocks=(Block(day, "afternoon"),), content="学习", late_reason="当时未录"),
        )  # fmt: skip
    for kind, member in (("dues.paid", in_use.zhang), ("room.space", None)):
        draft = evidence.Draft(
            kind=kind, organization=in_use.one, member=member, day=date(2026, 10, 12),
            amount=1000 if member else None,
        )  # fmt: skip
        evidence.record_entry(actor=system, draft=draft, begin_case="", today=today)
    return in_use


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_bundle_gives_the_findings_of_the_deployment(worked, tmp_path, capsys, today, form):
    folder = tmp_path / "facts"
    assert main(["facts", "export", str(folder), "--format", form]) == 0
    assert "events" in capsys.readouterr().out
    asked = Asked(today, date(2026, 9, 1))
    expected = audit(packs.norm(), Deployment(), asked, engine_name())
    assert len({finding.status for finding in expected}) >= 4
    bundle = open_bundle(folder, packs.norm())
    for engine in ("sqlite", "duckdb"):
        assert audit(packs.norm(), bundle, asked, engine) == expected
        assert audit(packs.norm(), Deployment(), asked, engine) == expected


def test_an_export_is_all_of_one_writing(worked, tmp_path, monkeypatch):
    """In the other format it takes the place of the earlier one; one that fails leaves the earlier one."""
    folder = tmp_path / "below" / "facts"
    for form in ("parquet", "csv"):
        assert main(["facts", "export", str(folder), "--format", form]) == 0
        assert sorted(file.suffix for file in folder.iterdir()) == [f".{form}"] * 4
    before = {file: file.read_bytes() for file in folder.iterdir()}

    def fails(self, name, needed, relation=Deployment.relation):
        if name == "states":
            raise OSError(28, "full", "disk")
        return relation(self, name, needed)

    monkeypatch.setattr(Deployment, "relation", fails)
    assert main(["facts", "export", str(folder)]) == 1
    assert {file: file.read_bytes() for file in folder.iterdir()} == before
    assert list(folder.parent.iterdir()) == [folder]


def test_the_command_line_without_facts_asks_the_deployment(worked, tmp_path, capsys, today):
    def csv_of(*more):
        assert main(["audit", "--format", "csv", "--duty", "study.weekly", "dues.monthly", *more]) == 0
        return capsys.readouterr().out

    folder = tmp_path / "facts"
    main(["facts", "export", str(folder)])
    capsys.readouterr()
    own = csv_of()
    assert own == csv_of("--facts", str(folder), "--as-of", today.isoformat())
    assert "late" in own
    within = csv_of("--org", worked.one.pk)
    assert 0 < within.count("\n") < own.count("\n")
    assert main(["explain", "study.weekly", worked.one.pk, "2026-W38"]) == 0
    assert "补录" in capsys.readouterr().out


def test_an_organization_asked_for_alone_counts_its_members(worked, system, today):
    """Memberships are facts of their organization too."""
    members.add(
        actor=system, organization=worked.one, since=worked.began, today=today, name="赵六", category="staff"
    )
    small = norm(duty("standing", kinds=("membership",), bound=Bound("2")))
    every = audit(small, Deployment(), Asked(today), engine_name())
    alone = audit(small, Deployment(), Asked(today, subjects=(worked.one.pk,)), engine_name())
    assert [(row.subject, row.actual) for row in alone] == [(worked.one.pk, 2)]
    assert alone[0] in every
    why = explain(
        small, Deployment(), Asked(today), "duty", worked.one.pk, today.isoformat(), engine=engine_name()
    )
    assert why.total == 2


def test_an_explanation_looks_for_its_subject_in_one_column_and_finds_the_same(worked, today, monkeypatch):
    from zhibu.audit.stage import Stage

    rows = audit(packs.norm(), Deployment(), Asked(today), engine_name())
    latest = {(one.duty, one.subject): one for one in rows if one.subject in (worked.one.pk, worked.zhang.pk)}
    asked_columns = []
    columns = Stage._columns

    def explained():
        return [
            explain(
                packs.norm(), Deployment(), Asked(today), one.duty, one.subject, one.period, one.ref,
                engine=engine_name(), org=one.org,
            )
            for one in latest.values()
        ]  # fmt: skip

    monkeypatch.setattr(
        Stage, "_columns", lambda stage: asked_columns.append(columns(stage)) or asked_columns[-1]
    )
    found = explained()
    assert {("member",), ("org",), ("member", "org")} >= set(asked_columns) >= {("member",), ("org",)}
    assert any(why.counted for why in found)
    monkeypatch.setattr(Stage, "_columns", lambda stage: ("member", "org"))
    assert explained() == found


def test_the_sheet_of_readings_shows_what_the_deployment_has_signed(system, today, capsys):
    readings = packs.norm().readings
    half_day = readings["half_day"]
    sign_reading(actor=system, reading=half_day, signed_by="党委会", signed=date(2026, 9, 1), today=today)
    assert main(["norm", "readings"]) == 0
    told = capsys.readouterr().out
    assert "已签字：党委会，2026年9月1日" in told
    assert f"{len(readings) - 1} 处尚未签字" in told
    assert main(["norm", "readings", "--norm", "zjkvtc"]) == 0  # packs that are only looked at
    assert "已签字" not in capsys.readouterr().out
