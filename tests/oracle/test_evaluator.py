"""The second evaluator itself, on examples reckoned by hand: calendar, trees, each form once."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from tests.oracle.calendar import due_day, months_later, periods, years_later
from tests.oracle.evaluator import evaluate
from tests.oracle.generate import example
from tests.oracle.norms import kinds, subject_sets
from zhibu.audit.relations import Asked, Event, Facts, Finding, Membership, Organization, State
from zhibu.norm.model import Bound, Calendar, Dated, Due, Duty, Norm, Pack, Parameter, Schooldays

EVER = date(2000, 1, 1)
AUTUMN = Calendar(
    study_weekday=3,
    weeks_of_teaching_month=3,
    terms=(Schooldays("2025-autumn", date(2025, 9, 1), date(2026, 1, 9)),),
    vacations=(Schooldays("winter", date(2026, 1, 10), date(2026, 2, 28)),),
    lost={
        date(2025, 10, 1): "国庆节",
        date(2025, 12, 31): "元旦",
        date(2025, 12, 24): "",
        date(2025, 12, 17): "",
    },
    moved={date(2025, 10, 8): date(2025, 10, 9)},
    windows={"turn": ((12, 20), (1, 10)), "leap": ((2, 10), (2, 29))},
    spans={"one": (date(2025, 1, 31), 1)},
)


def names(unit: str, first: int = 2025, last: int = 2026) -> list[str]:
    return [period.name for period in periods(AUTUMN, unit, first, last)]


def test_months_are_reckoned_from_the_anchor():
    months = [months_later(date(2025, 1, 31), n) for n in range(3)]
    assert months == [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)]
    assert years_later(date(2024, 2, 29), 3) == date(2027, 2, 28)


def test_weeks_are_iso_weeks():
    weeks = periods(AUTUMN, "week", 2025, 2025)
    assert (weeks[0].name, weeks[0].first) == ("2025-W01", date(2024, 12, 30))
    assert (weeks[-1].name, weeks[-1].last) == ("2026-W01", date(2026, 1, 4))


def test_teaching_weeks_lose_lost_afternoons_and_keep_moved_ones():
    weeks = {period.name: period.ruled for period in periods(AUTUMN, "teaching_week", 2025, 2026)}
    assert "2025-W40" not in weeks  # the afternoon of October 1 is lost
    assert weeks["2025-W41"]  # that of October 8 moved to the 9th
    assert weeks["2026-W02"]  # January 7, in the term
    assert "2026-W03" not in weeks  # vacation
    assert not weeks["2026-W20"]  # not listed: no rule


def test_teaching_months_need_enough_weeks():
    months = {period.name: period.ruled for period in periods(AUTUMN, "teaching_month", 2025, 2026)}
    assert months["2025-10"]
    assert months["2025-09"]
    assert "2025-12" not in months  # two afternoons left
    assert "2026-01" not in months  # one
    assert not months["2026-03"]


def test_semesters_are_the_terms_and_unlisted_halves():
    assert names("semester") == ["2025-H1", "2025-autumn", "2026-H2"]


def test_windows_and_spans_have_names():
    assert names("turn") == ["2024-turn", "2025-turn", "2026-turn"]
    assert periods(AUTUMN, "leap", 2025, 2025)[-1].last == date(2025, 2, 28)
    spans = periods(AUTUMN, "one", 2025, 2025)[:3]
    assert [(span.name, span.first) for span in spans] == [
        ("2025-01+1", date(2025, 1, 31)),
        ("2025-02+1", date(2025, 2, 28)),
        ("2025-03+1", date(2025, 3, 31)),
    ]


@pytest.mark.parametrize(
    ("due", "last", "expected"),
    [
        (None, date(2025, 12, 31), date(2025, 12, 31)),
        (Due(3, 31), date(2025, 12, 31), date(2026, 3, 31)),
        (Due(12, 31), date(2025, 12, 31), date(2026, 12, 31)),
        (Due(2, 29), date(2025, 12, 31), date(2026, 2, 28)),
        (Due(2, 29), date(2023, 12, 31), date(2024, 2, 29)),
    ],
)
def test_due_is_the_first_such_day_after_the_period(due, last, expected):
    assert due_day(due, last) == expected


# each form once, on one small college


def number(id: str, value: int) -> Parameter:
    return Parameter(id, id, "", False, (Dated(EVER, None, value, "text"),))


def college(duty: Duty, **rows: list) -> Facts:
    return Facts(
        organizations=[
            Organization("college", None, "committee", None, "college", EVER, None),
            Organization("north", "college", "branch", "staff", "north", EVER, None),
        ],
        memberships=[Membership("li", "north", "full", "staff", EVER, None)],
        **rows,
    )


def found(duty: Duty, as_of: date, **rows: list) -> list[Finding]:
    values = {one.id: one for one in (number("one", 1), number("two", 2), number("six", 6), number("30", 30))}
    pack = Pack("first", "first", "", "1", {}, AUTUMN)
    norm = Norm({"first": pack}, (), {duty.id: duty}, kinds(), subject_sets(), values, {}, {}, "")
    return evaluate(norm, college(duty, **rows), Asked(as_of, date(2026, 1, 1)))


def duty(form: str, subjects: str, **options: object) -> Duty:
    return Duty("d", "first", "1", "1.1", "d", subjects, form, **options)  # type: ignore[arg-type]


def happened(day: date, recorded: date | None = None, counts: date | None = None, ref: str = "r") -> Event:
    return Event("event.a", "north", "li", counts or day, day, 1, ref, recorded or day)


@pytest.mark.parametrize(
    ("as_of", "event", "status"),
    [
        (date(2026, 1, 31), None, "open"),
        (date(2026, 2, 1), None, "missed"),
        (date(2026, 1, 31), happened(date(2026, 1, 31)), "met"),
        (date(2026, 3, 1), happened(date(2026, 1, 31), recorded=date(2026, 2, 10)), "met"),
        (date(2026, 3, 1), happened(date(2026, 1, 31), recorded=date(2026, 2, 11)), "late"),
        (date(2026, 3, 1), happened(date(2026, 2, 1), counts=date(2026, 1, 1)), "late"),
        (date(2026, 2, 10), happened(date(2026, 1, 31), recorded=date(2026, 2, 11)), "missed"),
    ],
)
def test_quota(as_of, event, status):
    month = duty("quota", "member", kinds=("event.a",), bound=Bound("one"), period="month")
    rows = found(month, as_of, events=[event] if event else [])
    assert rows[0] == Finding(
        "d", "1", "li", "north", "2026-01", 1, int(status in ("met", "late")), status, date(2026, 1, 31), None
    )


@pytest.mark.parametrize(("as_of", "status"), [(date(2027, 2, 27), "met"), (date(2027, 2, 28), "missed")])
def test_standing_lasts_until_its_anniversary(as_of, status):
    term = duty("standing", "branch", kinds=("state.a",), bound=Bound("one"), lasts="two")
    state = State("state.a", "north", None, date(2025, 2, 28), None, None, None, EVER)
    assert [row.status for row in found(term, as_of, states=[state])] == [status]


@pytest.mark.parametrize(
    ("as_of", "match", "status", "actual"),
    [
        (date(2026, 2, 4), None, "open", 0),
        (date(2026, 2, 5), None, "missed", 0),
        (date(2026, 2, 20), (date(2026, 2, 4), date(2026, 2, 14)), "met", 1),
        (date(2026, 2, 20), (date(2026, 2, 4), date(2026, 2, 15)), "late", 1),
        (date(2026, 2, 20), (date(2026, 2, 5), date(2026, 2, 5)), "late", 1),
        (date(2026, 2, 20), (date(2026, 1, 4), date(2026, 1, 4)), "missed", 0),
    ],
)
def test_sequence_after(as_of, match, status, actual):
    after = duty(
        "sequence", "member", anchors=("event.a",), require=(("event.b",),), direction="after", within="30"
    )
    events = [happened(date(2026, 1, 5))]
    if match:
        events.append(happened(*match)._replace(kind="event.b"))
    rows = found(after, as_of, events=events)
    assert rows == [Finding("d", "1", "li", "north", "2026-01-05", 1, actual, status, date(2026, 2, 4), "r")]


@pytest.mark.parametrize(
    ("as_of", "run", "status"), [(date(2026, 1, 31), 5, "met"), (date(2026, 2, 1), 6, "missed")]
)
def test_streak_looks_back_over_closed_months(as_of, run, status):
    dues = duty("streak", "member", kinds=("event.a",), period="month", limit="six")
    rows = found(dues, as_of, events=[happened(date(2025, 7, 31))])
    assert [(row.actual, row.status) for row in rows] == [(run, status)]


def test_examples_show_every_status_of_every_form():
    seen = set()
    for seed in range(400):
        case = example(Random(seed))
        rows = evaluate(case.norm, case.facts, case.asked)
        seen |= {(case.norm.duties[row.duty].form, row.status) for row in rows}
    for form in ("quota", "sequence"):
        assert {status for one, status in seen if one == form} == {
            "exempt", "no rule", "met", "late", "open", "missed",
        }  # fmt: skip
    for form in ("standing", "streak"):
        assert {status for one, status in seen if one == form} == {"exempt", "no rule", "met", "missed"}
