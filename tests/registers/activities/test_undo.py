"""撤回 of what was written about an activity: as it was, with its own log row, and the findings follow."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.registers.activities.conftest import WEDNESDAY, draft, events
from zhibu.access import Refused, chain
from zhibu.access.models import LogRow
from zhibu.access.undo import UNDO, can_undo, undo
from zhibu.desk import findings
from zhibu.registers.activities import actions
from zhibu.registers.activities.actions import Line, Written
from zhibu.registers.activities.models import Activity
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def last_deed():
    return LogRow.objects.latest("number").deed


def study_week(college, today):
    """The status of this Wednesday's week of study for 机电."""
    found = findings.findings(today).findings
    weeks = [row for row in found if row.duty == "study.weekly" and row.subject == college.one.pk]
    return next(row.status for row in weeks if row.period == "2026-W47")


def test_a_recorded_activity_is_gone_with_all_its_rows_and_its_findings(held, college, secretary, today):
    before = study_week(college, today)
    held(plan=Written(WEDNESDAY, "方案"), record=Written(WEDNESDAY, "记录"))
    assert study_week(college, today) == "met"
    assert before != "met"
    gone = undo(actor=secretary, deed=last_deed())
    assert not Activity.objects.exists()
    assert events() == []
    assert gone
    assert study_week(college, today) == before
    row = LogRow.objects.latest("number")
    assert (row.verb, row.actor) == (UNDO, secretary.pk)
    change = chain.change_of(row)
    assert change["after"] is None
    assert [paper["body"] for paper in change["before"]["papers"]] == ["", "方案", "记录"]
    assert chain.verify() is None


def test_a_correction_is_undone_to_the_day_on_which_each_fact_was_learnt(held, college, secretary, system):
    activity = held(today=date(2026, 11, 19))
    was = events()
    snapshot = activity.snapshot()
    actions.correct_activity(
        actor=secretary,
        activity=activity,
        organization=college.one,
        draft=draft(kinds=("four.service",), day=date(2026, 11, 11), part="day"),
        reason="日期写错",
        today=date(2026, 11, 23),
    )
    assert events() != was
    undo(actor=secretary, deed=last_deed())
    assert events() == was
    assert Activity.objects.get().snapshot() == snapshot


def test_attendance_papers_and_files_come_back(held, college, secretary, system, today, settings, tmp_path):
    settings.FILES = tmp_path
    activity = held()
    zhao = members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    lines = [
        Line(college.zhang.pk, college.one.pk, "leave", "出差"),
        Line(zhao.pk, college.one.pk, "present"),
    ]
    file = actions.attach_file(actor=secretary, activity=activity, name="签到.pdf", data=PDF, today=today)
    snapshot = Activity.objects.get().snapshot()
    was = events()
    for change in (
        lambda: actions.take_attendance(
            actor=secretary, activity=activity, organization=college.one, lines=lines, today=today
        ),
        lambda: actions.write_record(
            actor=secretary, activity=activity, written=Written(today, "纪要"), today=today
        ),
        lambda: actions.remove_attachment(
            actor=secretary, attachment=Activity.objects.get().attachments.get(), today=today
        ),
        lambda: actions.cancel_activity(
            actor=secretary, activity=Activity.objects.get(), reason="未开", today=today
        ),
    ):
        change()
        assert Activity.objects.get().snapshot() != snapshot
        undo(actor=secretary, deed=last_deed())
        assert Activity.objects.get().snapshot() == snapshot
        assert events() == was
    assert Activity.objects.get().attachments.get().pk == file.pk  # links to the file hold


def test_what_evidence_refers_to_is_not_taken_away(held, college, officer, system, today):
    activity = held(draft(kinds=("meeting.democratic",)), actor=officer, organization=college.committee)
    deed = last_deed()
    evidence.record_entry(
        actor=officer,
        draft=Draft(kind="life.theme", organization=college.committee, day=WEDNESDAY, ref=activity.pk),
        today=today,
    )
    with pytest.raises(Refused) as refusal:
        undo(actor=officer, deed=deed)
    assert refusal.value.code == "access.undo_in_use"
    assert Activity.objects.exists()


def test_a_joint_activity_is_undone_by_who_recorded_it_until_the_other_confirms(
    held, college, secretary, account_of, today
):
    activity = held(draft(joint=(college.two,)))
    deed = last_deed()
    theirs = account_of("branch_secretary", college.two)
    assert can_undo(secretary, deed)
    assert not can_undo(theirs, deed)
    actions.confirm_part(
        actor=theirs,
        activity=activity,
        organization=college.two,
        lines=[Line(college.li.pk, college.two.pk, "present")],
        today=today,
    )
    assert not can_undo(secretary, deed)


def test_after_saving_the_page_offers_to_take_it_back(client, secretary, college, today):
    client.force_login(secretary)
    given = {
        "day": WEDNESDAY.isoformat(),
        "part": "afternoon",
        "kinds": ["four.study"],
        "content": "学习",
        f"att-{college.zhang.pk}": "present",
    }
    address = f"{reverse('activity_record')}?organization={college.one.pk}&day={WEDNESDAY}"
    page = client.post(address, given, follow=True)
    text = page.content.decode()
    notice = re.search(
        r'role="status"><p>已登记。</p><form.*?action="([^"]+)".*?name="back" value="([^"]+)"',
        text,
        re.DOTALL,
    )
    assert notice, text[:3000]
    # On its own page the history offers the same.
    assert text.count(notice[1]) == 2
    answer = client.post(notice[1], {"back": notice[2]}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("activity_list")
    assert "已撤回。" in answer.content.decode()
    assert not Activity.objects.exists()


def test_who_may_not_read_the_log_undoes_the_own_deed_only(client, held, college, account_of, today):
    commissioner = account_of("publicity_commissioner", college.one)
    held()
    others = last_deed()
    held(draft(day=date(2026, 11, 11), late_reason="出差"), actor=commissioner)
    client.force_login(commissioner)
    assert client.post(reverse("undo_deed", args=[others])).status_code == 404
    assert client.post(reverse("undo_deed", args=[last_deed()])).status_code == 302
    assert [one.day for one in Activity.objects.all()] == [WEDNESDAY]
