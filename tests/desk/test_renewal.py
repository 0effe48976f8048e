"""After every kind of write what is kept is what a whole audit gives, and only what the write touched is audited."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.access.undo import undo
from zhibu.audit.relations import Asked, Finding, order
from zhibu.desk import cells, changes, findings
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft as Activity
from zhibu.registers.activities.actions import Line
from zhibu.registers.activities.rules import Block
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.members import actions as members
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations import offices
from zhibu.site import packs


def entered(college, system, today, kind="dues.paid", member="zhang", **more):
    if kind == "dues.paid":
        more = {"amount": 1000} | more
    draft = Draft(
        kind=kind, organization=college.one, member=member and getattr(college, member), day=today, **more
    )
    return evidence.record_entry(actor=system, draft=draft, today=today)


def held(college, system, today):
    return activities.record_activity(
        actor=system, organization=college.one, lines=[Line(college.zhang.pk, college.one.pk, "present", "")],
        today=today,
        draft=Activity(title="学习", kinds=("study.session", "four.study"), blocks=(Block(today, "afternoon"),),
                       content="学习", late_reason=""),
    )  # fmt: skip


def withdrawn(college, system, today):
    entry = entered(college, system, today)
    findings.findings(today)
    evidence.withdraw_entry(actor=system, entry=entry, reason="误录", today=today)


def undone(college, system, today):
    from zhibu.access.models import LogRow

    entered(college, system, today)
    findings.findings(today)
    undo(actor=system, deed=LogRow.objects.order_by("-number")[0].deed)


WRITES = {
    "an entry": entered,
    "an activity": held,
    "an entry withdrawn": withdrawn,
    "an entry undone": undone,
    "a state of the branch": lambda college, system, today: entered(
        college, system, today, "dues.day", None, amount=None
    ),
    "the first day of use": lambda college, system, today: offices.set_first_day_of_use(
        actor=system, organization=college.committee, since=date(2026, 6, 1)
    ),
    "a branch of another category": lambda college, system, today: organizations.change(
        actor=system, organization=college.one, since=today, category="retiree"
    ),
    "a branch below another committee": lambda college, system, today: organizations.change(
        actor=system, organization=college.one, since=today, parent=college.other
    ),
    "a post": lambda college, system, today: offices.appoint(
        actor=system, organization=college.one, member=college.zhang, kind="branch_secretary",
        since=date(2026, 9, 1), today=today,
    ),
    "a member": lambda college, system, today: members.add(
        actor=system, organization=college.one, since=college.began, today=today, name="赵六", category="staff"
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES)
def test_what_is_kept_after_a_write_is_what_a_whole_audit_gives(in_use, system, today, write):
    days = [
        (today, None, None),
        (date(2026, 11, 1), None, None),
        (date(2027, 4, 1), date(2026, 1, 1), None),
        (date(2027, 4, 1), date(2026, 1, 1), date(2026, 10, 31)),
    ]
    for asked in days:
        findings.findings(*asked)
    WRITES[write](in_use, system, today)
    for day, since, until in days:
        whole = findings.run(packs.norm(), Asked(day, since, until=until))
        assert findings.findings(day, since, until).findings == whole


@pytest.mark.django_db
def test_an_entry_is_audited_for_its_duties_alone_and_other_cells_stay_as_they_were(in_use, system, today):
    before = findings.findings(today)
    entered(in_use, system, today)
    change = changes.changed_since(packs.norm(), before.head.number, findings.log_head().number)
    assert change.duties == {"dues.monthly", "dues.quarterly", "dues.full", "dues.streak", "dues.admonished"}
    assert change.members == {in_use.zhang.pk}
    after = findings.findings(today)
    other = next(key for key in before.cells if key.duty == "study.reflection" and key.org == in_use.one.pk)
    own = next(key for key in before.cells if key.duty == "dues.monthly" and key.org == in_use.one.pk)
    assert after.cells[other] is before.cells[other]
    assert after.cells[own] is not before.cells[own]


@pytest.mark.django_db
def test_what_no_register_can_tell_the_kinds_of_is_audited_for_all_duties(in_use, system, today):
    before = findings.findings(today)
    WRITES["a post"](in_use, system, today)
    change = changes.changed_since(packs.norm(), before.head.number, findings.log_head().number)
    assert change.duties is None
    assert not change.everything


def test_a_duty_rests_on_all_that_it_looks_at_and_on_what_its_anchors_miss():
    norm = packs.norm()
    assert changes.resting_on(norm, frozenset({"dues.paid"})) >= {"dues.monthly", "dues.full", "dues.streak",
                                                                 "dues.admonished"}  # fmt: skip
    assert "study.hours_leader" in changes.resting_on(norm, frozenset({"post.branch_secretary"}))
    assert "dues.full" in changes.resting_on(norm, frozenset({"dues.due"}))
    assert changes.resting_on(norm, frozenset({"no.such.kind"})) == frozenset()


SOME = st.lists(
    st.builds(
        lambda duty, subject, org, period, status: Finding(
            duty, "6", subject, org, period, 1, 0, status, date(2026, 11, 23), None
        ),
        st.sampled_from(["study.weekly", "study.hours", "study.plan"]),
        st.sampled_from(["b1", "b2", "m1", "m2"]),
        st.sampled_from(["b1", "b2"]),
        st.sampled_from(["2026-W40", "2026-W41"]),
        st.sampled_from(["met", "missed"]),
    ),
    max_size=20,
    unique_by=lambda one: (one.duty, one.subject, one.org, one.period),
)


@given(SOME, SOME, st.sets(st.sampled_from(["b1", "m1"])), st.sets(st.sampled_from(["study.plan"])))
def test_findings_of_the_touched_take_the_place_of_theirs(before, after, touched, whole):
    norm = packs.norm()
    anew = [one for one in after if one.subject in touched or one.duty in whole]
    stay = [one for one in before if one.subject not in touched and one.duty not in whole]
    made = cells.renewed(cells.gathered(norm, before), cells.gathered(norm, anew), touched, whole, None)
    assert sorted((one for cell in made.values() for one in cell.findings), key=order) == sorted(
        [*stay, *anew], key=order
    )
    assert all(
        cell.findings and list(cell.findings) == sorted(cell.findings, key=order) for cell in made.values()
    )


@given(SOME, st.sampled_from(["m1", "b1", "nobody"]))
def test_the_findings_of_a_subject_are_found_by_halving(rows, subject):
    seen = cells.Seen(cells.gathered(packs.norm(), rows).values())
    assert sorted(seen.of_subject(subject), key=order) == sorted(
        (one for one in rows if one.subject == subject), key=order
    )
    assert len(seen) == len(list(seen)) == len(rows)
