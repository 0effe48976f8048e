"""How far an applicant has come: the steps of the pack's procedure, for the person and for the branch."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.norm.model import Step
from zhibu.registers.evidence import actions
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.evidence.models import Case
from zhibu.registers.evidence.progress import DEVELOPMENT, states
from zhibu.registers.members import actions as members
from zhibu.registers.members.models import Application
from zhibu.site import packs

SINCE = date(2026, 3, 9)
STEPS = packs.norm().procedures[DEVELOPMENT].steps


def test_each_step_of_the_college_is_a_kind_and_lies_in_one_of_five_stages():
    assert len(STEPS) == 25
    assert {f"{DEVELOPMENT}.{step.id}" for step in STEPS} <= packs.norm().kinds.keys()
    stages = [step.stage for step in STEPS]
    assert list(dict.fromkeys(stages)) == ["申请入党", "入党积极分子", "发展对象", "预备党员", "转正"]
    assert stages == sorted(stages, key=list(dict.fromkeys(stages)).index)


def test_what_a_later_step_rests_on_is_unrecorded_and_what_rests_on_all_of_it_is_next():
    steps = (
        Step("a", "", ""),
        Step("b", "", "", after=("a",)),
        Step("c", "", "", after=("b",)),
        Step("d", "", "", after=("b",)),
        Step("e", "", "", after=("c", "d")),
    )
    assert states(steps, []) == {"a": "next", "b": "later", "c": "later", "d": "later", "e": "later"}
    assert states(steps, ["c"]) == {
        "a": "unrecorded",
        "b": "unrecorded",
        "c": "done",
        "d": "next",
        "e": "later",
    }
    assert set(states(steps, "abcde").values()) == {"done"}


@pytest.fixture
def applicant(college, system, today):
    return members.apply(
        actor=system, organization=college.one, since=SINCE, today=today, name="赵新", number="S1"
    )


@pytest.fixture
def case(college, applicant, system, today):
    """The case, with a talk and a review that say more than the person is told."""
    made = Case.objects.create(
        type=DEVELOPMENT, title="发展党员：赵新", organization=college.one, member=applicant, recorded=today
    )
    for kind, day, note in (
        ("talk", date(2026, 4, 1), "谈话内容"),
        ("political_review", date(2026, 10, 8), "外调结论"),
    ):
        draft = Draft(
            kind=f"{DEVELOPMENT}.{kind}",
            organization=college.one,
            member=applicant,
            day=day,
            ref=made.pk,
            note=note,
            kept_at="二号保险柜",
        )
        actions.record_entry(actor=system, draft=draft, today=today)
    return made


def panel(client, member):
    """What the page of the member shows of the progress, and the page."""
    answer = client.get(reverse("member", args=[member.pk]))
    shown = [
        given for template, given in answer.context["drawn"].panels if template.endswith("progress.html")
    ]
    return (shown[0] if shown else None), answer.content.decode()


def test_the_applicants_first_page_says_where_the_case_stands(client, college, applicant, case, account_of):
    client.force_login(account_of("applicant", college.one, applicant))
    assert client.get("/").headers["Location"] == reverse("member_list")
    assert client.get(reverse("member_list")).headers["Location"] == reverse("member", args=[applicant.pk])
    shown, page = panel(client, applicant)
    lines = {line.title: line for stage in shown["stages"] for line in stage.lines}
    # The application stands in the register of applications: nobody enters it twice.
    assert (lines["递交入党申请书"].state, lines["递交入党申请书"].day) == ("done", SINCE)
    assert lines["政治审查"].day == date(2026, 10, 8)
    assert lines["推荐和确定入党积极分子"].state == "unrecorded"
    assert [line.title for line in shown["next"]] == ["短期集中培训"]
    assert (shown["done"], shown["total"], shown["last"].title) == (3, 25, "政治审查")
    assert ("群众推荐", None) in shown["papers"]
    for words in ("谈话内容", "外调结论", "二号保险柜", "补录", reverse("evidence_add")):
        assert words not in page


def test_the_branch_sees_the_same_with_the_form_of_what_comes_next(
    client, college, applicant, case, secretary
):
    client.force_login(secretary)
    shown, _ = panel(client, applicant)
    (step,) = shown["next"]
    answer = client.get(step.form)
    assert answer.status_code == 200
    assert answer.context["form"]["member"].value() == applicant.pk
    assert case.pk in answer.content.decode()


def test_who_only_reads_sees_no_form(client, college, applicant, case, account_of):
    client.force_login(account_of("auditor", college.committee))
    shown, page = panel(client, applicant)
    assert shown["next"][0].form == ""
    assert "补录" not in page


def test_an_applicant_of_whom_nothing_is_recorded_reads_what_happens_first(
    client, college, applicant, account_of
):
    client.force_login(account_of("applicant", college.one, applicant))
    shown, _ = panel(client, applicant)
    assert [(line.title, line.who, line.deadline) for line in shown["next"]] == [
        ("党组织派人谈话", "支部", "收到申请后 1 个月内")
    ]
    Application.objects.all().delete()
    shown, page = panel(client, applicant)
    assert not shown["begun"]
    assert "先向所在单位的党支部递交入党申请书" in page


def test_a_full_member_is_past_it(client, college, secretary):
    client.force_login(secretary)
    assert panel(client, college.zhang)[0] is None


def test_somebody_elses_case_is_not_there(client, college, applicant, case, account_of, system, today):
    other = members.apply(actor=system, organization=college.one, since=SINCE, today=today, name="钱新")
    client.force_login(account_of("applicant", college.one, other))
    assert client.get(reverse("member", args=[applicant.pk])).status_code == 404
    for entry in case_entries(case):
        assert client.get(reverse("evidence", args=[entry])).status_code == 404


def case_entries(case):
    from zhibu.registers.evidence.models import Entry

    return list(Entry.objects.filter(ref=case.pk).values_list("pk", flat=True))
