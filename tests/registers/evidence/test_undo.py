"""撤回 of entries: one, a sheet, a case with its first paper; as it was, with its own log row, and findings follow."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.registers.evidence.conftest import events, states
from zhibu.access import Refused, chain
from zhibu.access.models import LogRow
from zhibu.access.undo import UNDO, can_undo, undo
from zhibu.desk import findings
from zhibu.registers.evidence import actions
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.evidence.models import Attachment, Case, Entry
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def last_deed():
    return LogRow.objects.latest("number").deed


def dues_day(college, today):
    found = findings.findings(today).findings
    return next(row.status for row in found if row.duty == "dues.day" and row.subject == college.one.pk)


def test_an_entry_is_taken_back_and_the_finding_follows(entered, secretary, college, today):
    assert dues_day(college, today) == "missed"
    entered("dues.day", note="每月 5 日")
    assert dues_day(college, today) == "met"
    undo(actor=secretary, deed=last_deed())
    assert dues_day(college, today) == "missed"
    assert not Entry.objects.exists()
    row = LogRow.objects.latest("number")
    assert (row.verb, row.actor) == (UNDO, secretary.pk)
    assert chain.change_of(row)["before"]["note"] == "每月 5 日"
    assert chain.verify() is None


def test_corrected_ended_withdrawn_it_comes_back_as_it_was(entered, secretary, college, today):
    entry = entered("dues.day", note="每月 5 日", today=date(2026, 11, 20), day=date(2026, 11, 1))
    was, snapshot = states(), entry.snapshot()
    draft = Draft(kind="dues.day", organization=college.one, day=date(2026, 10, 1), note="每月 8 日")
    for change in (
        lambda: actions.correct_entry(
            actor=secretary, entry=Entry.objects.get(), draft=draft, reason="写错", today=today
        ),
        lambda: actions.end_state(actor=secretary, entry=Entry.objects.get(), until=today, today=today),
        lambda: actions.withdraw_entry(
            actor=secretary, entry=Entry.objects.get(), reason="重复", today=today
        ),
    ):
        change()
        assert states() != was
        undo(actor=secretary, deed=last_deed())
        assert (states(), Entry.objects.get().snapshot()) == (was, snapshot)


def test_a_whole_sheet_is_taken_back_at_once(secretary, college, system, today):
    zhao = members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    drafts = [
        Draft(kind="talk.heart", organization=college.one, day=today, member=one)
        for one in (college.zhang, zhao)
    ]
    actions.record_entries(actor=secretary, drafts=drafts, today=today)
    assert len(events()) == 2
    undo(actor=secretary, deed=last_deed())
    assert events() == []
    # A sheet of which one line was corrected since stays.
    first, _ = actions.record_entries(actor=secretary, drafts=drafts, today=today)
    deed = last_deed()
    actions.withdraw_entry(actor=secretary, entry=first, reason="缺考", today=today)
    assert not can_undo(secretary, deed)


def test_a_case_goes_with_the_paper_that_began_it_unless_others_joined(secretary, college, today):
    draft = Draft(kind="recommended.masses", organization=college.one, day=today, member=college.zhang)
    actions.record_entry(actor=secretary, draft=draft, begin_case=True, today=today)
    undo(actor=secretary, deed=last_deed())
    assert not Case.objects.exists()
    entry = actions.record_entry(actor=secretary, draft=draft, begin_case=True, today=today)
    deed = last_deed()
    joined = Draft(
        kind="recommended.mass_organisation",
        organization=college.one,
        day=today,
        member=college.zhang,
        ref=entry.ref,
    )
    actions.record_entry(actor=secretary, draft=joined, today=today)
    with pytest.raises(Refused) as refusal:
        undo(actor=secretary, deed=deed)
    assert refusal.value.code == "access.undo_in_use"
    assert Case.objects.count() == 1


def test_an_undone_correction_makes_no_second_equal_entry(entered, secretary, college, today):
    entry = entered("dues.day", note="每月 5 日")
    other = Draft(kind="dues.day", organization=college.one, day=today, note="每月 8 日")
    actions.correct_entry(actor=secretary, entry=entry, draft=other, reason="写错", today=today)
    deed = last_deed()
    entered("dues.day", note="每月 5 日")
    with pytest.raises(Refused) as refusal:
        undo(actor=secretary, deed=deed)
    assert refusal.value.code == "evidence.same"
    assert Entry.objects.get(pk=entry.pk).note == "每月 8 日"


def test_the_notice_takes_back_an_entry_with_its_file(client, secretary, college, today, settings, tmp_path):
    settings.FILES = tmp_path
    client.force_login(secretary)
    address = f"{reverse('evidence_add')}?kind=dues.day&organization={college.one.pk}"
    given = {"day": today, "note": "每月 5 日", "file": SimpleUploadedFile("通知.pdf", PDF)}
    text = client.post(address, given, follow=True).content.decode()
    assert Attachment.objects.count() == 1
    notice = re.search(
        r'<p>已登记。</p><form.*?action="([^"]+)".*?name="back" value="([^"]+)"', text, re.DOTALL
    )
    answer = client.post(notice[1], {"back": notice[2]}, follow=True)
    assert "已撤回。" in answer.content.decode()
    assert not Entry.objects.exists()
    assert not Attachment.objects.exists()
    # What cannot be undone any more says so and stays on a page that is there.
    again = client.post(notice[1], {"back": reverse("evidence_list")}, follow=True)
    assert "没有撤回" in again.content.decode()


def test_a_file_added_later_is_not_lost_by_undoing_the_entry(entered, secretary, today, settings, tmp_path):
    settings.FILES = tmp_path
    entry = entered("dues.day", note="每月 5 日")
    deed = last_deed()
    actions.attach_file(actor=secretary, entry=entry, name="通知.pdf", data=PDF, today=today)
    assert not can_undo(secretary, deed)
    undo(actor=secretary, deed=last_deed())
    assert Entry.objects.exists()
    assert not Attachment.objects.exists()


def test_a_member_takes_back_the_own_entry(client, college, account_of, today, own_talks):
    member = account_of("member", college.one, college.zhang)
    client.force_login(member)
    address = f"{reverse('evidence_add')}?kind=talk.heart&organization={college.one.pk}"
    text = client.post(address, {"member": college.zhang.pk, "day": today}, follow=True).content.decode()
    assert Entry.objects.count() == 1
    notice = re.search(r'<p>已登记。</p><form.*?action="([^"]+)"', text, re.DOTALL)
    client.post(notice[1], {"back": "/evidence/list/"})
    assert not Entry.objects.exists()
