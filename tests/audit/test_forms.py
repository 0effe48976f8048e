"""Each form on both sides of its bounds, on both embedded engines."""

from datetime import date

import pytest

from tests.audit.worlds import duty, event, facts, norm, number, one, state
from zhibu.audit.relations import Asked, Organization
from zhibu.audit.run import audit
from zhibu.norm.model import Bound, Due, Term

ENGINES = ("sqlite", "duckdb")
MONTHLY = duty("quota", kinds=("meeting",), bound=Bound("1"), period="month")


def march(given, as_of=date(2026, 4, 20), made=MONTHLY, engine="sqlite", **more):
    found = [
        each for each in one(norm(made), given, as_of, engine=engine, **more) if each.period == "2026-03"
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("events", "as_of", "status"),
    [
        ([], date(2026, 3, 31), "open"),
        ([], date(2026, 4, 1), "missed"),
        ([event("meeting", date(2026, 3, 31))], date(2026, 4, 1), "met"),
        ([event("meeting", date(2026, 4, 1))], date(2026, 4, 20), "missed"),
        ([event("meeting", date(2026, 3, 31), recorded=date(2026, 4, 10))], date(2026, 4, 20), "met"),
        ([event("meeting", date(2026, 3, 31), recorded=date(2026, 4, 11))], date(2026, 4, 20), "late"),
        ([event("meeting", date(2026, 3, 31), recorded=date(2026, 4, 11))], date(2026, 4, 10), "missed"),
        ([event("meeting", date(2026, 4, 2), day=date(2026, 3, 25))], date(2026, 4, 20), "late"),
        ([event("lecture", date(2026, 3, 3))], date(2026, 4, 20), "missed"),
        ([event("meeting", date(2026, 3, 3), org="b2")], date(2026, 4, 20), "missed"),
    ],
)
def test_quota_at_least(engine, events, as_of, status):
    assert march(facts(events=events), as_of, engine=engine).status == status


def test_exactly_and_at_most():
    def status(compare, count, as_of):
        made = duty("quota", kinds=("meeting",), bound=Bound("1"), period="month", compare=compare)
        events = [event("meeting", date(2026, 3, day + 1), ref=str(day)) for day in range(count)]
        return march(facts(events=events), as_of, made).status

    during, after = date(2026, 3, 20), date(2026, 4, 1)
    assert [status("exactly", n, during) for n in range(3)] == ["open", "met", "missed"]
    assert [status("exactly", n, after) for n in range(3)] == ["missed", "met", "missed"]
    assert [status("at_most", n, during) for n in range(3)] == ["open", "open", "missed"]
    assert [status("at_most", n, after) for n in range(3)] == ["met", "met", "missed"]


def test_least_amount_and_sums():
    made = duty("quota", kinds=("paid",), measure="sum", bound=Bound("100"), least="10", period="month")
    rows = [event("paid", date(2026, 3, 2), amount=n, ref=str(n)) for n in (9, 10, 90, None)]
    found = march(facts(events=rows), made=made)
    assert (found.actual, found.required, found.status) == (100, 100, "met")
    assert march(facts(events=rows[:3:2]), made=made).actual == 90


def test_bound_summed_from_events_waits_for_the_end():
    made = duty("quota", kinds=("paid",), measure="sum", bound=Bound(sum_of=("owed",)), period="month")
    rows = [event("paid", date(2026, 3, 2), amount=99), event("owed", date(2026, 3, 1), amount=99)]
    assert march(facts(events=rows), date(2026, 3, 31), made).status == "open"
    found = march(facts(events=rows), date(2026, 4, 1), made)
    assert (found.required, found.actual, found.status) == (99, 99, "met")
    assert march(facts(), date(2026, 4, 1), made).required == 0


def test_a_checklist_counts_its_items_only():
    listed = number("list", ("meeting", "lecture"))
    made = duty("quota", measure="kinds", bound=Bound(all_of="list"), period="month")
    rows = [event(kind, date(2026, 3, 2)) for kind in ("meeting", "plan")]
    found = [
        each
        for each in one(norm(made, parameters=(listed,)), facts(events=rows), date(2026, 4, 1))
        if each.period == "2026-03"
    ]
    assert [(each.required, each.actual, each.status) for each in found] == [(2, 1, "missed")]
    empty = norm(made, parameters=(number("list", ()),))
    found = [each for each in one(empty, facts(events=rows), date(2026, 4, 1)) if each.period == "2026-03"]
    assert [(each.required, each.actual, each.status) for each in found] == [(None, 0, "no rule")]


@pytest.mark.parametrize(("until", "status"), [(date(2026, 3, 16), "missed"), (date(2026, 3, 17), "exempt")])
def test_exemption_of_half_the_days(until, status):
    given = facts(states=[state("exemption", date(2026, 3, 1), until=until, ref="*")])
    assert march(given).status == status


def test_exemption_of_a_member_is_not_the_branch():
    given = facts(states=[state("exemption", date(2026, 3, 1), member="b1", ref="*")])
    assert march(given).status == "missed"


@pytest.mark.parametrize(("since", "periods"), [(date(2026, 2, 1), 3), (date(2026, 2, 2), 2)])
def test_nothing_is_owed_before_the_first_day_of_use(since, periods):
    given = facts(states=[state("in_use", since, org="c", ref="pack")])
    assert len(one(norm(MONTHLY), given, date(2026, 4, 1), since=date(2026, 1, 1))) == periods


def test_who_stands_on_both_days_owes():
    rows = [
        Organization("c", None, "committee", None, "", date(2020, 1, 1), None),
        Organization("b1", "c", "branch", None, "", date(2026, 2, 1), date(2026, 4, 1)),
    ]
    found = one(norm(MONTHLY), facts(organizations=rows, memberships=[]), date(2026, 6, 1))
    assert [each.period for each in found] == ["2026-02", "2026-03"]


def test_scope_reaches_to_what_falls_due_in_it():
    made = duty("quota", kinds=("meeting",), bound=Bound("1"), period="year", due=Due(3, 31))
    assert [each.period for each in one(norm(made), facts(), date(2026, 11, 1))] == ["2025", "2026"]
    assert [each.period for each in one(norm(made), facts(), date(2026, 11, 1), since=date(2026, 4, 1))] == [
        "2026"
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("as_of", "status"), [(date(2026, 2, 27), "met"), (date(2026, 2, 28), "missed")])
def test_standing_lasts(engine, as_of, status):
    made = duty("standing", kinds=("paper",), bound=Bound("1"), lasts="2")
    given = facts(states=[state("paper", date(2024, 2, 29))])
    assert one(norm(made), given, as_of, engine=engine)[0].status == status


def test_standing_ratio_is_decided_by_cross_multiplication():
    made = duty(
        "standing", "committee", ratio=(Term("count", ("post",)), Term("sum", ("budget",))),
        bound=Bound("half"),
    )  # fmt: skip
    known = norm(made, parameters=(number("half", 3333),))
    posts = [state("post", date(2025, 1, 1), org="c", member=f"m{n}") for n in range(1)]
    amount = state("budget", date(2025, 1, 1), org="c", amount=3)
    found = one(known, facts(states=[*posts, amount]), date(2026, 1, 5), "c")[0]
    assert (found.required, found.actual, found.status) == (3333, 3333, "met")
    closer = norm(made, parameters=(number("half", 3334),))
    assert one(closer, facts(states=[*posts, amount]), date(2026, 1, 5), "c")[0].status == "missed"
    found = one(known, facts(states=posts), date(2026, 1, 5), "c")[0]
    assert (found.actual, found.status) == (None, "missed")


def test_derived_branches():
    made = duty("standing", "committee", kinds=("branch",), compare="exactly", bound=Bound("2"))
    assert one(norm(made), facts(), date(2026, 1, 5), "c")[0].status == "met"
    made = duty("standing", "member", kinds=("membership",), compare="exactly", bound=Bound("1"))
    assert one(norm(made), facts(), date(2026, 1, 5), "m1")[0].status == "met"


AFTER = duty(
    "sequence",
    "",
    anchors=("meeting",),
    require=(("record", "case"), ("plan",)),
    direction="after",
    within="7",
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("happened", "recorded", "as_of", "status", "actual"),
    [
        (date(2026, 3, 11), date(2026, 3, 11), date(2026, 4, 1), "met", 2),
        (date(2026, 3, 11), date(2026, 3, 21), date(2026, 4, 1), "met", 2),
        (date(2026, 3, 11), date(2026, 3, 22), date(2026, 4, 1), "late", 2),
        (date(2026, 3, 12), date(2026, 3, 12), date(2026, 4, 1), "late", 2),
        (date(2026, 3, 3), date(2026, 3, 3), date(2026, 4, 1), "missed", 1),
        (date(2026, 3, 12), date(2026, 3, 12), date(2026, 3, 11), "open", 1),
    ],
)
def test_sequence_after(engine, happened, recorded, as_of, status, actual):
    rows = [
        event("meeting", date(2026, 3, 4), ref="x"),
        event("plan", date(2026, 3, 4), ref="x"),
        event("case", happened, ref="x", recorded=recorded),
    ]
    found = one(norm(AFTER), facts(events=rows), as_of, engine=engine)
    assert [(each.status, each.actual, each.required, each.period) for each in found] == [
        (status, actual, 2, "2026-03-04")
    ]


@pytest.mark.parametrize(("plan", "status"), [(date(2026, 2, 25), "met"), (date(2026, 2, 26), "missed")])
def test_sequence_before_with_lead(plan, status):
    made = duty("sequence", "", anchors=("meeting",), require=(("plan",),), direction="before", lead="7")
    rows = [event("meeting", date(2026, 3, 4), ref="x"), event("plan", plan, ref="x")]
    found = one(norm(made), facts(events=rows), date(2026, 4, 1))
    assert [(each.status, each.due) for each in found] == [(status, date(2026, 2, 25))]


@pytest.mark.parametrize(("amount", "status"), [(100, "met"), (101, "missed"), (None, "missed")])
def test_cap(amount, status):
    made = duty("sequence", "", anchors=("meeting",), cap="100")
    rows = [event("meeting", date(2026, 3, 4), ref="x", amount=amount)]
    assert one(norm(made), facts(events=rows), date(2026, 4, 1))[0].status == status


def test_missed_findings_are_anchors():
    monthly = duty("quota", "member", kinds=("paid",), bound=Bound("1"), period="month")
    told = duty("sequence", "", anchor_duties=("duty",), require=(("case",),), direction="after", within="7",
                match=("ref", "member"))  # fmt: skip
    told = told.__class__(**{**told.__dict__, "id": "told"})
    rows = [
        event("paid", date(2026, 1, 5), member="m1"),
        event("case", date(2026, 3, 2), member="m1", ref="2026-02"),
    ]
    made = norm(monthly, told)
    found = audit(made, facts(events=rows), Asked(date(2026, 4, 10), date(2026, 1, 1), ("told",)))
    assert [(each.ref, each.status) for each in found if each.subject == "m1"] == [
        ("2025-12", "missed"),
        ("2026-02", "met"),
        ("2026-03", "missed"),
    ]
    # December is over before the scope, but its reminder falls due in January
    assert [each.ref for each in found if each.subject == "m2"] == [
        "2025-12",
        "2026-01",
        "2026-02",
        "2026-03",
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("paid", "run", "status"), [((1, 5), 4, "met"), ((1, 7), 5, "missed"), ((), 9, "missed")]
)
def test_streak(engine, paid, run, status):
    made = duty("streak", "member", kinds=("paid",), limit="5", period="month")
    rows = [event("paid", date(2026, month, 3), member="m1") for month in paid]
    found = one(
        norm(made), facts(events=rows), date(2026, 10, 5), "m1", engine=engine, since=date(2026, 5, 1)
    )
    assert [(each.actual, each.required, each.status) for each in found] == [(run, 5, status)]


def test_streak_skips_excused_months_and_looks_further_back():
    made = duty("streak", "member", kinds=("paid",), limit="3", period="month", excused=("excused",))
    given = facts(
        events=[event("paid", date(2026, 5, 3), member="m1"), event("paid", date(2026, 8, 3), member="m1")],
        states=[state("excused", date(2026, 1, 1), member="m1", until=date(2026, 5, 1))],
    )
    found = one(norm(made), given, date(2026, 6, 5), "m1", since=date(2026, 5, 1))
    assert [(each.actual, each.status) for each in found] == [(2, "met")]  # November and December
