"""Sheets of checks and assessments: filled, added to, corrected, withdrawn; what they prove."""

from __future__ import annotations

from datetime import date

import pytest

from tests.registers.education.conftest import Q3, Q4, events
from zhibu.access import NotPermitted, Refused
from zhibu.access.models import LogRow
from zhibu.access.undo import undo
from zhibu.registers.education import actions, kinds, rules
from zhibu.registers.education.actions import Mark
from zhibu.registers.education.models import Line, Sheet

pytestmark = pytest.mark.django_db
YEAR = rules.period_of("year", date(2026, 1, 1))


@pytest.fixture
def fill(secretary, college, today):
    """Fills a sheet of 机电."""

    def sheet(*people, kind=kinds.CHECK, period=Q4, result="", **other):
        marks = [one if isinstance(one, Mark) else Mark(one, result) for one in people]
        given = {"day": today, "today": today, "actor": secretary, "organization": college.one} | other
        return actions.record_sheet(kind=kind, period=period, marks=marks, **given)

    return sheet


def test_a_sheet_names_everyone_once_and_what_comes_the_same_day_joins_it(fill, college, zhao, today):
    first = fill(college.zhang)
    assert fill(zhao) == first
    assert events() == sorted(
        (
            ("study.check", college.one.pk, one.pk, today, today, None, first.pk, today)
            for one in (college.zhang, zhao)
        ),
        key=str,
    )
    with pytest.raises(Refused) as refusal:
        fill(zhao)
    assert refusal.value.code == "education.same"


def test_undone_it_is_as_before(fill, secretary, college, zhao):
    sheet = fill(college.zhang)
    fill(zhao)
    undo(actor=secretary, deed=LogRow.objects.latest("number").deed)
    assert [line.member for line in sheet.lines.all()] == [college.zhang]
    assert len(events()) == 1


def test_a_sheet_filled_by_mistake_is_taken_back_whole(fill, secretary, college, zhao):
    fill(college.zhang, zhao)
    undo(actor=secretary, deed=LogRow.objects.latest("number").deed)
    assert not Sheet.objects.exists()
    assert events() == []


def test_of_a_period_that_is_over_it_says_why(fill, zhao, today):
    with pytest.raises(Refused) as refusal:
        fill(zhao, period=Q3)
    assert refusal.value.code == "education.no_reason"
    fill(zhao, period=Q3, reason="检查人出差")
    assert [(one.day, one.happened) for one in events()] == [(date(2026, 9, 30), today)]
    fill(zhao)  # this quarter's is another
    assert len(events()) == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"day": date(2026, 11, 24)}, "education.date"),
        ({"period": rules.period_of("quarter", date(2027, 1, 1))}, "education.period"),
        ({"result": "passed"}, "education.result"),
        ({"kind": kinds.ASSESSMENT, "period": YEAR}, "education.no_result"),
        ({"kind": kinds.ASSESSMENT, "period": YEAR, "result": "best"}, "education.no_result"),
    ],
)
def test_what_is_refused(fill, zhao, said, code):
    with pytest.raises(Refused) as refusal:
        fill(zhao, **said)
    assert refusal.value.code == code
    assert not Sheet.objects.exists()


def test_strangers_and_nobody_are_refused(fill, college, zhao):
    for people, code in (((college.li,), "not_member"), ((), "empty"), ((zhao, zhao), "twice")):
        with pytest.raises(Refused) as refusal:
            fill(*people)
        assert refusal.value.code == f"education.{code}"


def test_an_assessment_keeps_results_and_is_corrected_with_a_reason(fill, secretary, college, zhao, today):
    sheet = fill(Mark(zhao, "failed", "缺考"), kind=kinds.ASSESSMENT, period=YEAR)
    later = date(2026, 11, 25)
    marks = [Mark(zhao, "passed"), Mark(college.zhang, "excellent")]
    with pytest.raises(Refused):
        actions.correct_sheet(actor=secretary, sheet=sheet, marks=marks, reason="", today=later)
    actions.correct_sheet(actor=secretary, sheet=sheet, marks=marks, reason="补考", today=later)
    assert dict(Line.objects.values_list("member__name", "result")) == {"赵六": "passed", "张三": "excellent"}
    assert {(one.member, one.recorded) for one in events()} == {(zhao.pk, today), (college.zhang.pk, later)}
    undo(actor=secretary, deed=LogRow.objects.latest("number").deed)
    assert [(one.member.name, one.result, one.note) for one in Line.objects.all()] == [
        ("赵六", "failed", "缺考")
    ]


def test_withdrawn_it_proves_nothing_and_someone_is_checked_anew(fill, secretary, zhao, today):
    sheet = fill(zhao)
    actions.withdraw_sheet(actor=secretary, sheet=sheet, reason="填错支部", today=today)
    assert events() == []
    with pytest.raises(Refused) as refusal:
        actions.correct_sheet(actor=secretary, sheet=sheet, marks=[Mark(zhao)], reason="改", today=today)
    assert refusal.value.code == "education.withdrawn"
    assert fill(zhao) != sheet
    assert len(events()) == 1


def test_others_fill_nothing_here(fill, member, zhao, college, account_of):
    for actor in (
        member,
        account_of("branch_secretary", college.two, college.li),
        account_of("auditor", college.committee),
    ):
        with pytest.raises(NotPermitted):
            fill(zhao, actor=actor)
