"""What activities prove: every kind, amount and date of the events."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.activities.conftest import WEDNESDAY, draft, events
from zhibu.norm.amounts import amount_title
from zhibu.registers.activities import actions, kinds, panels, rules
from zhibu.registers.activities.actions import Line, Written
from zhibu.registers.activities.models import Activity, Attendance, Block
from zhibu.registers.activities.rules import Block as Stretch
from zhibu.registers.members import actions as members
from zhibu.site import packs
from zhibu.site.panels import Asked

pytestmark = pytest.mark.django_db


def test_a_wednesday_gives_an_event_per_kind_its_papers_and_hours(college, held, today):
    activity = held(
        plan=Written(date(2026, 11, 16), "方案"),
        record=Written(date(2026, 11, 19), "记录"),
        evaluation=Written(date(2026, 11, 20), "好"),
    )
    one, ref = college.one.pk, activity.pk
    assert events() == [
        ("activity.attendance", one, None, WEDNESDAY, WEDNESDAY, None, ref, today),
        ("activity.plan", one, None, date(2026, 11, 16), date(2026, 11, 16), None, ref, today),
        ("activity.record", one, None, date(2026, 11, 19), date(2026, 11, 19), None, ref, today),
        ("four.study", one, None, WEDNESDAY, WEDNESDAY, None, ref, today),
        ("study.evaluation", one, None, date(2026, 11, 20), date(2026, 11, 20), None, ref, today),
        ("study.session", one, None, WEDNESDAY, WEDNESDAY, 1, ref, today),
        ("training", one, college.zhang.pk, WEDNESDAY, WEDNESDAY, 240, ref, today),
    ]


def test_a_whole_day_is_two_slots_and_eight_hours_an_hour_and_a_half_none_and_one(college, held):
    held(draft(part="day"))
    held(draft(blocks=(Stretch(date(2026, 11, 13), "clock", time(14, 30), time(16, 0)),)))
    assert [(row.day, row.amount) for row in events("study.session")] == [
        (date(2026, 11, 13), 0),
        (WEDNESDAY, 2),
    ]
    assert [(row.day, row.amount) for row in events("training")] == [
        (date(2026, 11, 13), 60),
        (WEDNESDAY, 480),
    ]


def test_service_and_deliberation_earn_no_hours_unless_marked_as_study(held):
    held(draft(kinds=["four.service", "service.volunteer"]))
    held(draft(kinds=["four.deliberation"]))
    assert events("training") == []
    activity = held(draft(kinds=["four.deliberation", "study.session"]))
    assert [row.ref for row in events("training")] == [activity.pk]


def test_only_the_present_earn_and_who_made_it_up(college, system, held, secretary, today):
    zhao, qian = (
        members.add(actor=system, organization=college.one, since=college.began, today=today, name=name)
        for name in ("赵六", "钱七")
    )
    activity = held(
        lines=[
            Line(college.zhang.pk, college.one.pk, "present"),
            Line(zhao.pk, college.one.pk, "leave", "出差"),
            Line(qian.pk, college.one.pk, "absent"),
        ]
    )
    assert [row.member for row in events("training")] == [college.zhang.pk]
    leave = Attendance.objects.get(member=zhao)
    actions.make_up_study(
        actor=secretary, attendance=leave, day=date(2026, 11, 22), how="自学笔记", today=today
    )
    made_up = next(row for row in events("training") if row.member == zhao.pk)
    assert made_up[3:] == (WEDNESDAY, date(2026, 11, 22), 240, activity.pk, today)


def test_training_across_the_new_year_is_split(college, held):
    held(
        draft(kinds=["training"], blocks=tuple(rules.spread(date(2025, 12, 30), date(2026, 1, 2), "day"))),
        today=date(2026, 1, 5),
    )
    assert [(row.day, row.amount) for row in events("training")] == [
        (date(2025, 12, 30), 960),
        (date(2026, 1, 1), 960),
    ]
    assert {row.kind for row in events()} == {"training", "activity.attendance"}


@pytest.mark.parametrize(
    ("made_up", "by_year"),
    [(None, [960, 960]), (480, [480]), (960, [960]), (1200, [960, 240]), (1919, [960, 959])],
)
def test_leave_across_the_new_year_earns_what_was_made_up_once(college, system, held, made_up, by_year):
    began = date(2026, 1, 5)
    held(
        draft(kinds=["training"], blocks=tuple(rules.spread(date(2025, 12, 30), date(2026, 1, 2), "day"))),
        lines=[Line(college.zhang.pk, college.one.pk, "leave", "出差")],
        today=began,
    )
    leave = Attendance.objects.get(member=college.zhang)
    actions.make_up_study(
        actor=system, attendance=leave, day=began, how="自学笔记", today=began, minutes=made_up
    )
    assert [row.amount for row in events("training")] == by_year
    of_page = rules.made_up_by_year({2025: 960, 2026: 960}, made_up)
    assert [minutes for minutes in of_page.values() if minutes] == by_year


def test_the_page_of_a_person_says_what_was_made_up_not_what_was_missed(college, system, held, today):
    held(lines=[Line(college.zhang.pk, college.one.pk, "leave", "出差")])
    leave = Attendance.objects.get(member=college.zhang)
    actions.make_up_study(actor=system, attendance=leave, day=today, how="自学笔记", today=today, minutes=180)
    (earned,) = events("training")
    shown = panels.of_person(Asked(system, college.zhang, 2026, today, today))
    assert shown["total"] == amount_title(earned.amount, "minutes") == "3 学时"


def test_a_postponed_wednesday_counts_for_the_other_day_and_its_hours_for_their_own(held):
    moved = draft(day=date(2026, 11, 20), counts_for=WEDNESDAY, counts_for_reason="周三停电")
    held(moved)
    assert [(row.day, row.happened) for row in events("four.study")] == [(WEDNESDAY, date(2026, 11, 20))]
    assert [(row.day, row.happened) for row in events("study.session")] == [(WEDNESDAY, date(2026, 11, 20))]
    assert [(row.day, row.happened) for row in events("training")] == [(date(2026, 11, 20),) * 2]


def test_a_joint_activity_is_a_row_of_each_host_with_one_ref_once_it_has_confirmed(
    college, held, account_of, today
):
    activity = held(draft(joint=(college.two,)), record=Written(WEDNESDAY, "记录"))
    assert {row.org for row in events()} == {college.one.pk}
    other = account_of("branch_secretary", college.two, college.li)
    later = today + timedelta(days=2)
    actions.confirm_part(
        actor=other,
        activity=activity,
        organization=college.two,
        lines=[Line(college.li.pk, college.two.pk, "present")],
        today=later,
    )
    rows = events("study.session")
    assert [(row.org, row.ref, row.recorded) for row in rows] == sorted(
        [(college.one.pk, activity.pk, today), (college.two.pk, activity.pk, later)]
    )
    assert {row.org for row in events("activity.record")} == {college.one.pk, college.two.pk}
    assert {row.org for row in events("activity.attendance")} == {college.one.pk, college.two.pk}
    assert {(row.org, row.member) for row in events("training")} == {
        (college.one.pk, college.zhang.pk),
        (college.two.pk, college.li.pk),
    }


def test_a_kind_that_a_host_cannot_have_is_no_fact_of_it(college, held, officer):
    held(
        draft(kinds=["lecture.secretary"], joint=(college.one,)),
        organization=college.committee,
        actor=officer,
        lines=[Line(college.zhang.pk, college.one.pk, "present")],
    )
    assert [row.org for row in events("lecture.secretary")] == [college.committee.pk]
    assert [(row.org, row.member) for row in events("training")] == [(college.one.pk, college.zhang.pk)]


def test_democratic_and_organizational_life_meetings_prove_who_attended(college, held, officer):
    held(
        draft(kinds=["meeting.democratic"]),
        organization=college.committee,
        actor=officer,
        lines=[Line(college.zhang.pk, college.one.pk, "present")],
    )
    rows = events("attended.democratic")
    assert [(row.org, row.member) for row in rows] == [(college.committee.pk, college.zhang.pk)]
    held(
        draft(kinds=["meeting.orglife"]),
        actor=officer,
        lines=[
            Line(college.zhang.pk, college.one.pk, "present"),
            Line(college.li.pk, college.two.pk, "present", expected=False),
        ],
    )
    own = events("attended.orglife")
    assert [(row.org, row.member) for row in own] == [(college.one.pk, college.zhang.pk)]


def test_notice_minutes_and_file_are_those_of_a_forum(college, held, officer, today):
    activity = held(
        draft(kinds=["forum.held"]),
        organization=college.committee,
        actor=officer,
        lines=[Line(college.zhang.pk, college.one.pk, "present")],
        record=Written(WEDNESDAY, "记录"),
    )
    actions.write_notice(
        actor=officer, activity=activity, written=Written(date(2026, 11, 9), "公告栏"), today=today
    )
    actions.file_documents(
        actor=officer, activity=activity, written=Written(today, kept_at="档案柜 3"), today=today
    )
    assert [(row.kind, row.happened) for row in events("forum.")] == [
        ("forum.file", today),
        ("forum.held", WEDNESDAY),
        ("forum.minutes", WEDNESDAY),
        ("forum.notice", date(2026, 11, 9)),
    ]
    assert events("study.evaluation") == []


def test_a_plan_is_known_before_and_nothing_else(college, secretary, today):
    actions.plan_activity(
        actor=secretary,
        organization=college.one,
        draft=draft(day=date(2026, 11, 25)),
        plan=Written(today, "方案"),
        today=today,
    )
    assert [(row.kind, row.happened) for row in events()] == [("activity.plan", today)]


def test_cancelled_proves_nothing_and_restored_all_again(held, secretary, today):
    activity = held()
    before = events()
    actions.cancel_activity(actor=secretary, activity=activity, reason="登记错了", today=today)
    assert events() == []
    actions.restore_activity(actor=secretary, activity=activity, today=today)
    assert events() == before


def test_a_kind_added_later_is_known_from_then(college, held, secretary, today):
    activity = held(draft(kinds=["four.deliberation"]))
    later = today + timedelta(days=20)
    actions.correct_activity(
        actor=secretary,
        activity=activity,
        organization=college.one,
        draft=draft(kinds=["four.deliberation", "study.session"]),
        reason="漏选集中学习",
        today=later,
    )
    recorded = {row.kind: row.recorded for row in events()}
    assert recorded["four.deliberation"] == recorded["activity.attendance"] == today
    assert recorded["study.session"] == recorded["training"] == later


BLOCKS = st.lists(
    st.one_of(
        st.builds(
            Stretch,
            st.dates(date(2025, 12, 20), date(2026, 1, 20)),
            st.sampled_from(["morning", "afternoon", "evening", "day"]),
        ),
        st.tuples(
            st.dates(date(2025, 12, 20), date(2026, 1, 20)), st.integers(0, 600), st.integers(1, 600)
        ).map(
            lambda t: Stretch(
                t[0], "clock", time(t[1] // 60, t[1] % 60), time((t[1] + t[2]) // 60, (t[1] + t[2]) % 60)
            )
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BLOCKS)
def test_the_database_adds_hours_and_slots_up_as_the_rules_do(held, blocks):
    Activity.objects.all().delete()
    activity = held(draft(kinds=["study.session"], late_reason="补录"))
    activity.blocks.all().delete()
    Block.objects.bulk_create(
        Block(activity=activity, day=b.day, part=b.part, start=b.start, end=b.end, minutes=b.minutes)
        for b in blocks
    )
    norm = packs.norm()
    by_rule = rules.earned_by_year(blocks, lambda day: kinds.hours_on(norm, day))
    assert {row.day.year: row.amount for row in events("training")} == by_rule
    assert [row.amount for row in events("study.session")] == [rules.slots(blocks)]


def test_no_two_rows_are_equal_and_every_kind_is_listed(college, held):
    held(record=Written(WEDNESDAY, "记录"))
    held(draft(title="另一次"), record=Written(WEDNESDAY, "记录"))
    rows = events()
    assert len(rows) == len(set(rows)) == 10
    norm = packs.norm()
    for row in rows:
        listed = norm.kinds[row.kind]
        assert listed.type == "event"
        assert (row.member is not None) == (listed.member == "required")
        assert (row.amount is not None) == (listed.amount is not None)
