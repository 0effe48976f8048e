"""The writers of the tree: what they refuse, and that the rows of one organization never overlap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.access import Refused
from zhibu.registers.members import actions as members
from zhibu.registers.organizations import actions, offices, queries, rules
from zhibu.registers.organizations.models import Establishment, FirstDayOfUse, Placement, PostKind

pytestmark = pytest.mark.django_db
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))


@given(DAYS, DAYS | st.none(), DAYS, DAYS | st.none())
def test_overlap_means_a_day_in_common(a, b, c, d):
    far = date(2031, 1, 1)
    first = {a + timedelta(days=n) for n in range(((b or far) - a).days)}
    other = {c + timedelta(days=n) for n in range(((d or far) - c).days)}
    if first and other:
        assert rules.overlaps((a, b), (c, d)) == bool(first & other)


def code_of(refused):
    return refused.value.code


def test_no_organization_below_itself(college, system):
    with pytest.raises(Refused) as refused:
        actions.change(
            actor=system, organization=college.committee, since=date(2026, 1, 1), parent=college.committee
        )
    assert code_of(refused) == "organizations.circle"


def test_a_branch_does_not_stand_below_a_group_nor_at_the_top(college, system):
    with pytest.raises(Refused) as refused:
        actions.establish(
            actor=system, name="丙", kind="branch", parent=college.group, since=date(2026, 1, 1)
        )
    assert code_of(refused) == "organizations.wrong_place"
    with pytest.raises(Refused) as refused:
        actions.establish(actor=system, name="丙", kind="branch", since=date(2026, 1, 1))
    assert code_of(refused) == "organizations.wrong_place"


def test_only_the_deployment_sets_up_a_committee_at_the_top(college, account_of):
    with pytest.raises(Refused):
        actions.establish(
            actor=account_of("administrator", college.committee),
            name="丙",
            kind="committee",
            since=date(2026, 1, 1),
        )


def test_the_tree_of_a_past_day(college, system, account_of):
    officer = account_of("committee_officer", college.committee)
    actions.change(actor=system, organization=college.two, since=date(2025, 9, 1), name="计算机系党支部")
    late = actions.establish(
        actor=system, name="新支部", kind="branch", parent=college.committee, since=date(2026, 1, 1)
    )

    def names(day):
        (top,) = queries.tree(officer, day)
        return sorted(node.organization.name for node in top.below)

    assert names(date(2025, 8, 31)) == ["信息工程系党支部", "机电工程系党支部"]
    assert names(date(2025, 9, 1)) == ["机电工程系党支部", "计算机系党支部"]
    assert str(late) in names(date(2026, 1, 1))
    assert queries.tree(officer, date(2019, 12, 31)) == []


def test_dissolving_waits_for_members_and_children(college, system, today):
    with pytest.raises(Refused) as refused:
        actions.dissolve(actor=system, organization=college.one, until=today)
    assert code_of(refused) == "organizations.has_children"
    with pytest.raises(Refused) as refused:
        actions.dissolve(actor=system, organization=college.two, until=today)
    assert code_of(refused) == "organizations.has_members"
    members.leave(actor=system, member=college.li, until=today, reason="转出")
    actions.dissolve(actor=system, organization=college.two, until=today)
    assert college.two.placement_on(today) is None
    assert college.two.placement_on(today - timedelta(days=1)) is not None


def test_changes_come_in_order_and_the_same_day_corrects(college, system):
    actions.change(actor=system, organization=college.two, since=date(2025, 1, 1), name="甲")
    with pytest.raises(Refused) as refused:
        actions.change(actor=system, organization=college.two, since=date(2024, 12, 31), name="乙")
    assert code_of(refused) == "organizations.change_too_early"
    actions.change(actor=system, organization=college.two, since=date(2025, 1, 1), name="乙")
    spans = (
        Placement.objects.filter(organization=college.two)
        .order_by("since")
        .values_list("name", "since", "until")
    )
    assert list(spans) == [
        ("信息工程系党支部", college.began, date(2025, 1, 1)),
        ("乙", date(2025, 1, 1), None),
    ]


def test_a_post_is_held_once_at_a_time_and_where_it_belongs(college, system, today):
    def appoint(since, until=None, place=college.one, kind="branch_secretary"):
        return offices.appoint(
            actor=system,
            organization=place,
            member=college.zhang,
            kind=kind,
            since=since,
            until=until,
            today=today,
        )

    appoint(date(2024, 1, 1), date(2025, 1, 1))
    with pytest.raises(Refused) as refused:
        appoint(date(2024, 12, 31))
    assert code_of(refused) == "organizations.post_held"
    appoint(date(2025, 1, 1))
    with pytest.raises(Refused) as refused:
        appoint(date(2025, 1, 1), place=college.committee)
    assert code_of(refused) == "organizations.post_place"


def test_another_end_of_a_term_needs_its_approval(college, system, today):
    with pytest.raises(Refused) as refused:
        offices.start_term(
            actor=system,
            organization=college.one,
            since=date(2024, 1, 1),
            until=date(2027, 6, 1),
            today=today,
        )
    assert code_of(refused) == "organizations.term_approval"
    term = offices.start_term(actor=system, organization=college.one, since=date(2024, 1, 1), today=today)
    offices.set_term_end(actor=system, term=term, until=date(2027, 6, 1), approval="党字〔2026〕1号")
    term.refresh_from_db()
    assert term.until == date(2027, 6, 1)


def test_a_term_is_extended_by_a_year_at_most(college, system, today):
    term = offices.start_term(actor=system, organization=college.one, since=date(2024, 1, 1), today=today)
    given = {"actor": system, "approval": "党字〔2026〕1号"}
    offices.set_term_end(term=term, until=date(2028, 1, 2), **given)  # 2027-01-01 and 366 days
    with pytest.raises(Refused) as refused:
        offices.set_term_end(term=term, until=date(2028, 1, 3), **given)
    assert code_of(refused) == "organizations.term_extension"
    assert "2028年1月2日" in refused.value.why
    committee = offices.start_term(
        organization=college.committee, since=date(2022, 1, 1), until=date(2028, 1, 2), today=today, **given
    )
    assert committee.until == date(2028, 1, 2)
    with pytest.raises(Refused):
        offices.correct(
            actor=system, row=committee, since=date(2021, 12, 31), until=committee.until, reason="抄错",
            today=today,
        )  # fmt: skip


def test_an_establishment_ends_where_the_next_begins(college, system, today):
    for people, since in ((600, date(2024, 1, 1)), (620, date(2026, 1, 1))):
        offices.set_establishment(
            actor=system, organization=college.committee, people=people, since=since, today=today
        )
    found = Establishment.objects.order_by("since").values_list("people", "since", "until")
    assert list(found) == [(600, date(2024, 1, 1), date(2026, 1, 1)), (620, date(2026, 1, 1), None)]


def test_a_first_day_of_use_is_one_for_a_pack(college, system):
    for since in (date(2026, 9, 1), date(2026, 3, 1)):
        offices.set_first_day_of_use(actor=system, organization=college.committee, since=since)
    assert [row.since for row in FirstDayOfUse.objects.all()] == [date(2026, 3, 1)]
    with pytest.raises(Refused) as refused:
        offices.set_first_day_of_use(actor=system, organization=college.one, since=date(2026, 3, 1))
    assert code_of(refused) == "organizations.use_place"


def test_a_correction_keeps_its_reason_in_the_log(college, system, today):
    from zhibu.access import chain
    from zhibu.access.models import LogRow

    term = offices.start_term(actor=system, organization=college.one, since=date(2024, 1, 1), today=today)
    offices.correct(
        actor=system, row=term, since=date(2024, 2, 1), until=None, reason="抄错月份", today=today
    )
    change = chain.change_of(LogRow.objects.latest("number"))
    assert (change["before"]["since"], change["after"]["since"]) == ("2024-01-01", "2024-02-01")
    assert change["after"]["reason"] == "抄错月份"


def test_another_beginning_is_learnt_on_the_day_of_the_correction_and_an_end_is_not(college, system, today):
    later = today + timedelta(days=7)
    post = offices.appoint(
        actor=system, organization=college.one, member=college.zhang, kind=PostKind.BRANCH_SECRETARY,
        since=date(2024, 1, 1), today=today,
    )  # fmt: skip
    end = {"actor": system, "row": post, "until": date(2026, 1, 1), "reason": "抄错", "today": later}
    offices.correct(since=date(2024, 1, 1), **end)
    post.refresh_from_db()
    assert post.recorded == today
    offices.correct(since=date(2024, 2, 1), **end)
    post.refresh_from_db()
    assert (post.since, post.recorded) == (date(2024, 2, 1), later)
