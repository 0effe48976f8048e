"""Reflections: handed in, read, returned, handed in again; what they prove and when."""

from __future__ import annotations

from datetime import date

import pytest

from tests.registers.education.conftest import PDF, Q3, Q4, events
from zhibu.access import NotPermitted, Refused
from zhibu.access.models import LogRow
from zhibu.access.undo import undo
from zhibu.registers.education import actions
from zhibu.registers.education.actions import ReflectionDraft
from zhibu.registers.education.models import Reflection
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db
LATER = date(2026, 11, 25)


def last_deed():
    return LogRow.objects.latest("number").deed


def test_it_counts_from_the_day_it_is_read_for_the_day_it_was_handed_in(
    handed, secretary, college, zhao, today
):
    assert events() == []
    actions.mark_read(actor=secretary, reflection=handed, remark="写得实在", today=LATER)
    assert events() == [("study.reflection", college.one.pk, zhao.pk, today, today, None, handed.pk, LATER)]
    undo(actor=secretary, deed=last_deed())
    assert events() == []
    assert Reflection.objects.get().stage == "handed"


def test_returned_it_does_not_count_until_it_is_handed_in_again_and_read(
    handed, secretary, member, zhao, today
):
    with pytest.raises(Refused) as refusal:
        actions.return_to_member(actor=secretary, record=handed, remark=" ")
    assert refusal.value.code == "education.no_remark"
    actions.mark_read(actor=secretary, reflection=handed, today=today)
    actions.return_to_member(actor=secretary, record=handed, remark="联系岗位再写一段")
    assert events() == []
    with pytest.raises(Refused):
        actions.mark_read(actor=secretary, reflection=handed, today=today)
    draft = ReflectionDraft(period=Q4, day=LATER, title="学习党章", body="四点体会")
    actions.hand_in_again(actor=member, reflection=handed, draft=draft, today=LATER)
    actions.mark_read(actor=secretary, reflection=handed, today=LATER)
    assert [(row.happened, row.recorded) for row in events()] == [(LATER, LATER)]
    with pytest.raises(Refused) as refusal:
        actions.hand_in_again(actor=member, reflection=handed, draft=draft, today=LATER)
    assert refusal.value.code == "education.not_open"


def test_handed_in_late_it_counts_for_the_last_day_of_its_period_and_says_why(
    member, secretary, zhao, college, today
):
    given = {"actor": member, "organization": college.one, "member": zhao, "today": today}
    with pytest.raises(Refused) as refusal:
        actions.hand_in_reflection(draft=ReflectionDraft(period=Q3, day=today, body="体会"), **given)
    assert refusal.value.code == "education.no_reason"
    draft = ReflectionDraft(period=Q3, day=today, body="体会", reason="住院")
    row = actions.hand_in_reflection(draft=draft, **given)
    actions.mark_read(actor=secretary, reflection=row, today=today)
    assert [(one.day, one.happened) for one in events()] == [(date(2026, 9, 30), today)]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({}, "education.empty_reflection"),
        ({"body": "体会", "day": date(2026, 11, 24)}, "education.date"),
        ({"body": "体会", "day": date(2026, 9, 1)}, "education.period"),
    ],
)
def test_what_is_refused(member, zhao, college, today, draft, code):
    said = ReflectionDraft(**{"period": Q4, "day": today} | draft)
    with pytest.raises(Refused) as refusal:
        actions.hand_in_reflection(
            actor=member, organization=college.one, member=zhao, draft=said, today=today
        )
    assert refusal.value.code == code
    assert not Reflection.objects.exists()


def test_the_same_sent_twice_is_one(handed, member, zhao, college, today):
    draft = ReflectionDraft(period=Q4, day=today, title="学习党章", body="三点体会")
    with pytest.raises(Refused) as refusal:
        actions.hand_in_reflection(
            actor=member, organization=college.one, member=zhao, draft=draft, today=today
        )
    assert refusal.value.code == "education.same"
    assert Reflection.objects.count() == 1


def test_a_member_hands_in_for_nobody_else_and_reads_nothing(handed, member, college, account_of, today):
    draft = ReflectionDraft(period=Q4, day=today, body="体会")
    for who, place in ((college.zhang, college.one), (college.li, college.two)):
        with pytest.raises(NotPermitted):
            actions.hand_in_reflection(actor=member, organization=place, member=who, draft=draft, today=today)
    with pytest.raises(NotPermitted):
        actions.mark_read(actor=member, reflection=handed, today=today)
    elsewhere = account_of("branch_secretary", college.two, college.li)
    with pytest.raises(NotPermitted):
        actions.mark_read(actor=elsewhere, reflection=handed, today=today)


def test_who_is_elsewhere_hands_nothing_in_here(secretary, college, today):
    draft = ReflectionDraft(period=Q4, day=today, body="体会")
    with pytest.raises(Refused) as refusal:
        actions.hand_in_reflection(
            actor=secretary, organization=college.one, member=college.li, draft=draft, today=today
        )
    assert refusal.value.code == "education.not_member"


def test_papers_of_several_are_read_at_once_and_all_or_none(secretary, college, zhao, today):
    draft = ReflectionDraft(period=Q4, day=date(2026, 11, 20), kept_at="档案柜")
    given = {"actor": secretary, "organization": college.one, "draft": draft, "today": today}
    with pytest.raises(Refused) as refusal:
        actions.record_papers(members=[zhao, college.li], **given)
    assert refusal.value.code == "education.not_member"
    assert events() == []
    actions.record_papers(members=[zhao, college.zhang], **given)
    assert {(row.member, row.happened, row.recorded) for row in events()} == {
        (one.pk, date(2026, 11, 20), today) for one in (zhao, college.zhang)
    }
    with pytest.raises(Refused) as refusal:
        actions.record_papers(members=[zhao], **given)
    assert refusal.value.code == "education.same"
    undo(actor=secretary, deed=LogRow.objects.filter(verb="education.record").latest("number").deed)
    assert events() == []


def test_files_come_and_go_with_it_and_are_put_back(handed, member, secretary, today):
    actions.attach_file(actor=member, owner=handed, name="原件.pdf", data=PDF, today=today)
    row = handed.attachments.get()
    actions.remove_attachment(actor=member, attachment=row)
    assert not handed.attachments.exists()
    undo(actor=member, deed=last_deed())
    assert [one.name for one in handed.attachments.all()] == ["原件.pdf"]
    actions.mark_read(actor=secretary, reflection=handed, today=today)
    with pytest.raises(NotPermitted):  # read: the member changes nothing of it any more
        actions.attach_file(actor=member, owner=handed, name="另一份.pdf", data=PDF, today=today)


def test_a_member_withdraws_what_is_not_read_and_takes_it_back(handed, member, secretary, today):
    actions.withdraw(actor=member, record=handed, reason="交错了")
    assert handed.stage == "withdrawn"
    undo(actor=member, deed=last_deed())
    handed.refresh_from_db()
    actions.mark_read(actor=secretary, reflection=handed, today=today)
    with pytest.raises(Refused) as refusal:
        actions.withdraw(actor=member, record=handed, reason="交错了")
    assert refusal.value.code == "education.not_open"
    actions.withdraw(actor=secretary, record=handed, reason="重复")
    assert events() == []


def test_what_is_returned_waits_in_the_inbox_until_it_is_handed_in_again(handed, secretary, member, today):
    from zhibu.access.models import LogRow
    from zhibu.access.undo import undo
    from zhibu.inbox import queries as inbox

    actions.return_to_member(actor=secretary, record=handed, remark="联系岗位再写一段")
    message = inbox.messages(member).get()
    assert (message.kind, message.text, message.read) == ("returned", "联系岗位再写一段", None)
    assert message.link.endswith(f"/{handed.pk}/")
    undo(actor=secretary, deed=LogRow.objects.latest("number").deed)
    assert not inbox.messages(member).exists()
    handed.refresh_from_db()
    actions.return_to_member(actor=secretary, record=handed, remark="联系岗位再写一段")
    draft = ReflectionDraft(period=Q4, day=LATER, title="学习党章", body="四点体会")
    actions.hand_in_again(actor=member, reflection=handed, draft=draft, today=LATER)
    assert inbox.unread(member) == 0


def test_with_its_person_the_words_and_files_are_destroyed_and_it_still_counts(
    member, secretary, system, zhao, college, today
):
    draft = ReflectionDraft(period=Q4, day=today, title="我的体会", body="赵六写的正文")
    given = {"actor": member, "organization": college.one, "member": zhao, "today": today}
    row = actions.hand_in_reflection(draft=draft, file=("体会.pdf", PDF), **given)
    actions.mark_read(actor=secretary, reflection=row, remark="赵六写得好", today=today)
    counted = events()
    members.leave(actor=system, member=zhao, until=today, reason="转出")
    members.forget(actor=system, member=zhao, reason="本人申请，校党〔2026〕8号", today=today)
    row.refresh_from_db()
    assert (row.title, row.body, row.remark, row.found_by) == ("", "", "", "")
    assert not row.attachments.exists()
    assert events() == counted
