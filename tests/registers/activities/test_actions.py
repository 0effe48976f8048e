"""The verbs of activities: what they refuse, whom they let, what they log, what stays as learnt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.registers.activities.conftest import WEDNESDAY, draft, events
from tests.site.test_uploads import PDF
from zhibu.access import NotPermitted, Refused, chain
from zhibu.access.models import LogRow, Touched
from zhibu.registers.activities import actions
from zhibu.registers.activities.actions import Line, Written
from zhibu.registers.activities.models import Activity, Attachment, Attendance, Host
from zhibu.registers.activities.rules import Block
from zhibu.registers.members import actions as members
from zhibu.site import uploads

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kinds": ()}, "activities.no_kind"),
        ({"kinds": ("meeting.democratic",)}, "activities.kind"),
        ({"kinds": ("no.such",)}, "activities.kind"),
        ({"title": "  "}, "activities.no_title"),
        ({"content": ""}, "activities.no_content"),
        ({"blocks": ()}, "activities.time"),
        ({"blocks": (Block(WEDNESDAY, "clock"),)}, "activities.time"),
        ({"blocks": (Block(date(2026, 11, 24), "afternoon"),)}, "activities.future"),
        ({"blocks": (Block(date(2019, 11, 20), "day"),)}, "activities.no_organization"),
        ({"blocks": (Block(date(2026, 11, 12), "day"),)}, "activities.no_late_reason"),
        ({"counts_for": date(2026, 11, 11)}, "activities.no_reason"),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_stands(held, changes, code):
    with pytest.raises(Refused) as refusal:
        held(replace(draft(), **changes))
    assert refusal.value.code == code
    assert Activity.objects.count() == 0


def test_time_content_and_people_are_needed(college, secretary, today):
    with pytest.raises(Refused) as refusal:
        actions.record_activity(
            actor=secretary, organization=college.one, draft=draft(), lines=[], today=today
        )
    assert refusal.value.code == "activities.no_people"


def test_a_late_entry_with_its_reason_and_todays_edge(held):
    held(replace(draft(), blocks=(Block(date(2026, 11, 13), "day"),)))
    late = held(replace(draft(), blocks=(Block(date(2026, 11, 12), "day"),), late_reason="书记住院"))
    assert late.late_reason == "书记住院"


def test_nobody_writes_for_another_branch_or_lists_its_members(college, held, account_of):
    with pytest.raises(NotPermitted):
        held(organization=college.two)
    with pytest.raises(NotPermitted):
        held(lines=[Line(college.li.pk, college.two.pk, "present")])
    with pytest.raises(NotPermitted):
        held(actor=account_of("auditor", college.committee))
    with pytest.raises(NotPermitted):
        held(actor=account_of("member", college.one, username="plain"))
    assert Activity.objects.count() == 0


def test_a_group_leader_lists_the_members_of_its_branch(college, account_of, held, today):
    leader = account_of("group_leader", college.group)
    activity = held(draft(kinds=["meeting.group"]), actor=leader, organization=college.group)
    assert [(row.kind, row.org) for row in events()] == [("meeting.group", college.group.pk)]
    with pytest.raises(NotPermitted):
        actions.take_attendance(
            actor=leader,
            activity=activity,
            organization=college.group,
            lines=[Line(college.li.pk, college.two.pk, "present")],
            today=today,
        )


def test_each_write_logs_one_row_that_names_whom_it_touched(college, held, secretary, today):
    before = chain.data_version()
    activity = held(record=Written(WEDNESDAY, "记录", "同意"))
    assert chain.data_version() == before + 1
    row = LogRow.objects.latest("number")
    assert (row.verb, row.object, row.actor) == ("activities.record", activity.pk, secretary.pk)
    touched = Touched.objects.filter(row=row)
    assert {one.organization for one in touched if one.organization} == {college.one.pk}
    assert {one.member for one in touched if one.member} == {college.zhang.pk}
    change = chain.change_of(row)
    assert change["before"] is None
    assert change["after"]["papers"][1]["resolution"] == "同意"
    actions.cancel_activity(actor=secretary, activity=activity, reason="重复", today=today)
    change = chain.change_of(LogRow.objects.latest("number"))
    assert (change["before"]["status"], change["after"]["status"]) == ("held", "cancelled")
    assert change["after"]["reason"] == "重复"
    assert chain.verify() is None


def test_a_plan_becomes_the_record(college, secretary, held, today):
    planned = actions.plan_activity(
        actor=secretary,
        organization=college.one,
        draft=draft(content=""),
        plan=Written(date(2026, 11, 16), "方案"),
        today=date(2026, 11, 16),
    )
    activity = held(planned=planned)
    assert (activity.pk, activity.status) == (planned.pk, "held")
    recorded = {row.kind: row.recorded for row in events()}
    assert recorded["activity.plan"] == date(2026, 11, 16)
    assert recorded["activity.attendance"] == today
    with pytest.raises(Refused) as refusal:
        held(planned=activity)
    assert refusal.value.code == "activities.not_planned"


def test_what_was_planned_and_held_is_known_as_held_from_its_recording(college, secretary, held, today):
    planned = actions.plan_activity(
        actor=secretary, organization=college.one, draft=draft(), today=date(2026, 11, 16)
    )
    held(planned=planned)
    assert {row.recorded for row in events("four.study")} == {today}


def test_correcting_asks_for_a_reason_and_a_title_changes_no_fact(college, held, secretary, today):
    activity = held()
    before = events()
    later = today + timedelta(days=30)

    def correct(given, reason="写错了"):
        actions.correct_activity(
            actor=secretary,
            activity=activity,
            organization=college.one,
            draft=given,
            reason=reason,
            today=later,
        )

    with pytest.raises(Refused) as refusal:
        correct(draft(), reason=" ")
    assert refusal.value.code == "activities.no_reason"
    correct(draft(title="十一月集体学习", place="图书馆"))
    assert events() == before
    correct(draft(day=date(2026, 11, 17)))
    changed = {row.kind: (row.happened, row.recorded) for row in events()}
    assert changed["four.study"] == (date(2026, 11, 17), later)
    assert changed["training"] == (date(2026, 11, 17), later)


def test_attendance_is_known_from_when_it_was_said(college, system, held, secretary, today):
    zhao = members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    activity = held(
        lines=[Line(college.zhang.pk, college.one.pk, "present"), Line(zhao.pk, college.one.pk, "absent")]
    )
    later = today + timedelta(days=9)
    actions.take_attendance(
        actor=secretary,
        activity=activity,
        organization=college.one,
        lines=[Line(college.zhang.pk, college.one.pk, "present"), Line(zhao.pk, college.one.pk, "present")],
        today=later,
    )
    known = {row.member: row.recorded for row in events("training")}
    assert known == {college.zhang.pk: today, zhao.pk: later}
    touched = Touched.objects.filter(row=LogRow.objects.latest("number"), member__isnull=False)
    assert [one.member for one in touched] == [zhao.pk]
    actions.take_attendance(
        actor=secretary,
        activity=activity,
        organization=college.one,
        lines=[Line(zhao.pk, college.one.pk, "present")],
        today=later,
    )
    assert list(activity.attendances.values_list("member_id", flat=True)) == [zhao.pk]


def test_only_who_belonged_on_the_day_is_listed(college, system, held, officer, today):
    with pytest.raises(Refused) as refusal:
        held(actor=officer, lines=[Line(college.li.pk, college.one.pk, "present")])
    assert refusal.value.code == "activities.not_member"
    members.transfer(
        actor=system, member=college.li, organization=college.one, since=date(2026, 11, 19), today=today
    )
    with pytest.raises(Refused):
        held(actor=officer, lines=[Line(college.li.pk, college.one.pk, "present")])
    held(draft(day=date(2026, 11, 19)), lines=[Line(college.li.pk, college.one.pk, "present")])


def test_make_up_study_is_for_leave_after_the_day_and_where_hours_are_earned(college, held, secretary, today):
    def make_up(activity, day=today, how="自学"):
        row = Attendance.objects.get(activity=activity)
        actions.make_up_study(actor=secretary, attendance=row, day=day, how=how, today=today)

    leave = [Line(college.zhang.pk, college.one.pk, "leave", "出差")]
    for activity, other, code in (
        (held(), {}, "activities.not_on_leave"),
        (held(draft(kinds=["four.service"]), lines=leave), {}, "activities.earns_nothing"),
        (held(draft(title="甲"), lines=leave), {"day": date(2026, 11, 17)}, "activities.make_up_day"),
        (held(draft(title="乙"), lines=leave), {"day": date(2026, 11, 24)}, "activities.make_up_day"),
        (held(draft(title="丙"), lines=leave), {"how": " "}, "activities.no_how"),
    ):
        with pytest.raises(Refused) as refusal:
            make_up(activity, **other)
        assert refusal.value.code == code


def test_another_branch_confirms_or_leaves_and_only_itself(
    college, held, secretary, account_of, officer, today
):
    activity = held(draft(joint=(college.two,)))
    assert Host.objects.get(organization=college.two).recorded is None
    with pytest.raises(NotPermitted):
        actions.confirm_part(
            actor=secretary, activity=activity, organization=college.two, lines=[], today=today
        )
    other = account_of("branch_secretary", college.two, college.li)
    actions.confirm_part(actor=other, activity=activity, organization=college.two, lines=[], today=today)
    assert Host.objects.get(organization=college.two).recorded == today
    actions.leave_joint(actor=other, activity=activity, organization=college.two, today=today)
    assert [row.org for row in events("four.study")] == [college.one.pk]
    with pytest.raises(Refused) as refusal:
        actions.leave_joint(actor=secretary, activity=activity, organization=college.one, today=today)
    assert refusal.value.code == "activities.leading"
    at_once = held(draft(title="另一次", joint=(college.two,)), actor=officer)
    assert at_once.hosts.get(organization=college.two).recorded == today


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (Written(WEDNESDAY), "activities.no_text"),
        (Written(date(2026, 11, 17), "记录"), "activities.paper_before"),
        (Written(date(2026, 11, 24), "记录"), "activities.future"),
    ],
)
def test_papers_need_text_or_place_and_a_day_that_can_be(held, secretary, today, written, code):
    activity = held()
    with pytest.raises(Refused) as refusal:
        actions.write_record(actor=secretary, activity=activity, written=written, today=today)
    assert refusal.value.code == code


def test_a_rewritten_record_is_known_since_its_first_unless_its_day_changes(held, secretary, today):
    activity = held(record=Written(WEDNESDAY, "记录"))
    later = today + timedelta(days=5)

    def rewrite(day, text):
        actions.write_record(actor=secretary, activity=activity, written=Written(day, text), today=later)
        return events("activity.record")[0]

    assert rewrite(WEDNESDAY, "记录，补写发言").recorded == today
    assert rewrite(date(2026, 11, 19), "记录").recorded == later


def test_files_are_kept_before_they_are_named_and_taken_off_again(
    held, secretary, college, account_of, today, tmp_path, settings
):
    settings.FILES = tmp_path
    activity = held()
    attached = actions.attach_file(
        actor=secretary, activity=activity, name="签到表.pdf", data=PDF, today=today
    )
    assert uploads.path_of(tmp_path, attached.digest).read_bytes() == PDF
    with pytest.raises(Refused) as refusal:
        actions.attach_file(actor=secretary, activity=activity, name="签到表.xlsx", data=PDF, today=today)
    assert refusal.value.code == "upload.ending"
    with pytest.raises(NotPermitted):
        actions.attach_file(
            actor=account_of("branch_secretary", college.two),
            activity=activity,
            name="a.pdf",
            data=PDF,
            today=today,
        )
    actions.remove_attachment(actor=secretary, attachment=attached, today=today)
    assert Attachment.objects.count() == 0


def test_of_two_tabs_the_second_finds_the_plan_recorded(college, secretary, held, today):
    planned = actions.plan_activity(actor=secretary, organization=college.one, draft=draft(), today=today)
    other = Activity.objects.get(pk=planned.pk)  # as the second tab had read it
    held(planned=planned)
    with pytest.raises(Refused) as refusal:
        held(planned=other)
    assert refusal.value.code == "activities.not_planned"
