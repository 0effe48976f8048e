"""What another did since the page fetched a record still stands after it is written."""

from __future__ import annotations

from datetime import date

import pytest

from tests.registers.activities.conftest import draft
from zhibu.access import Refused
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Line
from zhibu.registers.activities.models import Activity
from zhibu.registers.education import actions as education
from zhibu.registers.education import rules
from zhibu.registers.education.models import Reflection
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.models import Entry
from zhibu.registers.members import actions as members
from zhibu.registers.members.models import Member

pytestmark = pytest.mark.django_db


def fetched_twice(record):
    return [type(record).objects.get(pk=record.pk) for _ in range(2)]


def test_what_was_withdrawn_is_not_brought_back_by_a_correction(college, system, today):
    given = evidence.Draft(kind="room.books", organization=college.one, day=date(2026, 9, 1))
    first, second = fetched_twice(evidence.record_entry(actor=system, draft=given, today=today))
    evidence.withdraw_entry(actor=system, entry=first, reason="登错了", today=today)
    with pytest.raises(Refused) as refusal:
        evidence.correct_entry(actor=system, entry=second, draft=given, reason="更正", today=today)
    assert refusal.value.code == "evidence.withdrawn"
    assert Entry.objects.get().withdrawn == today


def test_what_was_cancelled_is_not_brought_back_by_a_correction(college, system, today):
    lines = [Line(college.zhang.pk, college.one.pk, "present")]
    held = activities.record_activity(
        actor=system, organization=college.one, draft=draft(), lines=lines, today=today
    )
    first, second = fetched_twice(held)
    activities.cancel_activity(actor=system, activity=first, reason="没有开", today=today)
    with pytest.raises(Refused) as refusal:
        activities.correct_activity(
            actor=system, activity=second, organization=college.one, draft=draft(), reason="更正", today=today
        )
    assert refusal.value.code == "activities.cancelled"
    assert Activity.objects.get().status == Activity.Status.CANCELLED


def test_what_was_read_is_not_handed_in_again(college, account_of, system, today):
    zhang = account_of("member", college.one, college.zhang)
    given = education.ReflectionDraft(period=rules.period_of("quarter", today), day=today, body="体会")
    handed = education.hand_in_reflection(
        actor=zhang, organization=college.one, member=college.zhang, draft=given, today=today
    )
    first, second = fetched_twice(handed)
    education.mark_read(actor=system, reflection=first, today=today)
    with pytest.raises(Refused) as refusal:
        education.hand_in_again(actor=zhang, reflection=second, draft=given, today=today)
    assert refusal.value.code == "education.not_open"
    assert Reflection.objects.get().stage == "accepted"


def test_two_who_change_one_profile_both_have_their_way(college, system, today):
    first, second = fetched_twice(college.zhang)
    members.change_profile(
        actor=system, member=first, today=today, native_place="张家口", mobile="13900001111"
    )
    members.change_profile(actor=system, member=second, today=today, address="学院家属院")
    found = Member.objects.get(pk=college.zhang.pk)
    assert (found.native_place, found.sensitive["mobile"]) == ("张家口", "13900001111")
    assert found.sensitive["address"] == "学院家属院"


def test_what_is_gone_is_said_to_be(college, system, today):
    given = evidence.Draft(kind="room.books", organization=college.one, day=date(2026, 9, 1))
    entry = evidence.record_entry(actor=system, draft=given, today=today)
    stale = Entry.objects.get()
    entry.delete()
    with pytest.raises(Refused) as refusal:
        evidence.withdraw_entry(actor=system, entry=stale, reason="登错了", today=today)
    assert refusal.value.code == "access.gone_meanwhile"
