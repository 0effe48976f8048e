"""党费会计、出纳: kinds that name a verb of their own are recorded and seen with it, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhibu.access import NotPermitted, roles, verbs
from zhibu.access.models import LogRow
from zhibu.access.undo import can_undo, undo
from zhibu.norm.registers import VERBS
from zhibu.registers.evidence import actions, permission, queries
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.evidence.models import Entry
from zhibu.site import packs

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FIRST = date(2026, 11, 1)


@pytest.fixture
def accountant(college, account_of):
    return account_of("dues_accountant", college.committee)


@pytest.fixture
def cashier(college, account_of):
    return account_of("cashier", college.committee)


def dues(college, kind="dues.paid", **other):
    given = {"member": college.zhang, "amount": 5000} if kind in ("dues.paid", "dues.due") else {}
    return Draft(**{"kind": kind, "organization": college.one, "day": FIRST, **given, **other})


def of_kinds(verb):
    return {kind.id for kind in packs.norm().kinds.values() if kind.verb == verb}


def test_every_verb_that_a_kind_may_name_has_words_and_is_some_roles():
    for verb in VERBS:
        assert verbs.title(verb) != verb
        assert verb in verbs.VERBS
        assert any(roles.scopes(role, verb) for role in roles.ROLES)
        assert of_kinds(verb)


def test_the_accountant_records_all_of_dues_and_the_cashier_only_what_was_paid(accountant, cashier):
    every = {kind.id for kind in permission.kinds.offered(packs.norm())}
    may = lambda account: {kind for kind in every if permission.may(account, permission.RECORD, kind)}  # noqa: E731
    assert may(accountant) == of_kinds("dues.record") | of_kinds("dues.receive")
    assert may(cashier) == of_kinds("dues.receive") == {"dues.paid"}
    assert not any(permission.may(cashier, "evidence.correct", kind) for kind in of_kinds("dues.record"))


def test_what_is_due_and_what_was_received_are_two_peoples(college, accountant, cashier, today):
    actions.record_entry(actor=accountant, draft=dues(college, "dues.due"), today=today)
    due = Entry.objects.get()
    for deed in (
        lambda: actions.record_entry(actor=cashier, draft=dues(college, "dues.due", note="另"), today=today),
        lambda: actions.correct_entry(
            actor=cashier, entry=due, draft=dues(college, "dues.due", amount=1), reason="改", today=today
        ),
        lambda: actions.withdraw_entry(actor=cashier, entry=due, reason="改", today=today),
        lambda: actions.attach_file(actor=cashier, entry=due, name="一.pdf", data=PDF, today=today),
        lambda: actions.record_entries(
            actor=cashier, drafts=[dues(college), dues(college, "dues.due", note="另")], today=today
        ),
        lambda: undo(actor=cashier, deed=LogRow.objects.latest("number").deed),
    ):
        with pytest.raises(NotPermitted):
            deed()
    assert Entry.objects.get() == due


@pytest.mark.parametrize("role", ["dues_accountant", "cashier"])
def test_a_payment_is_recorded_corrected_withdrawn_restored_and_taken_back(college, account_of, today, role):
    actor = account_of(role, college.committee)
    entry = actions.record_entry(actor=actor, draft=dues(college), file=("收据.pdf", PDF), today=today)
    actions.correct_entry(
        actor=actor, entry=entry, draft=dues(college, amount=6000), reason="数额写错", today=today
    )
    assert can_undo(actor, LogRow.objects.latest("number").deed)
    actions.withdraw_entry(actor=actor, entry=entry, reason="重复", today=today)
    actions.restore_entry(actor=actor, entry=entry, today=today)
    undo(actor=actor, deed=LogRow.objects.latest("number").deed)
    entry.refresh_from_db()
    assert entry.withdrawn == today
    assert set(LogRow.objects.filter(type="evidence.entry").values_list("verb", flat=True)) == {
        "evidence.record", "evidence.attach", "evidence.correct", "evidence.withdraw", "evidence.restore",
        "access.undo",
    }  # fmt: skip


def test_nothing_else_and_nowhere_else(college, account_of, system, today):
    actor = account_of("dues_accountant", college.one)
    with pytest.raises(NotPermitted):
        actions.record_entry(actor=actor, draft=Draft("room.books", college.one, FIRST), today=today)
    elsewhere = dues(college, organization=college.two, member=college.li)
    with pytest.raises(NotPermitted):
        actions.record_entry(actor=actor, draft=elsewhere, today=today)
    for draft in (elsewhere, dues(college), Draft("room.books", college.one, FIRST, note="书架")):
        actions.record_entry(actor=system, draft=draft, today=today)
    assert [entry.kind for entry in queries.entries(actor)] == ["dues.paid"]
    assert not queries.entries_with_words(actor).exists()
    assert {kind.id for kind in permission.readable(actor)} == of_kinds("dues.record") | of_kinds(
        "dues.receive"
    )


def test_the_pages_show_dues_alone(client, college, cashier, system, today):
    for draft in (dues(college), Draft("room.books", college.one, FIRST)):
        actions.record_entry(actor=system, draft=draft, today=today)
    client.force_login(cashier)
    text = client.get(reverse("evidence_articles")).content.decode()
    assert "党费收缴" in text
    assert "阵地建设" not in text
    assert f"{reverse('evidence_sheet')}?kind=dues.paid" in text
    assert "kind=dues.due" not in text.replace(f"{reverse('evidence_list')}?kind=dues.due", "")
    page = client.get(reverse("evidence_list"))
    assert page.context["shown"].total == 1
    assert "图书" not in page.content.decode()
    assert '/evidence/"' in text  # the navigation
    person = client.get(reverse("member", args=[college.zhang.pk]), {"tab": "evidence"}).content.decode()
    assert "已交党费" in person


@pytest.mark.parametrize(("role", "kind"), [("cashier", "dues.paid"), ("dues_accountant", "dues.due")])
def test_a_sheet_takes_a_whole_branch(client, college, account_of, today, role, kind):
    client.force_login(account_of(role, college.committee))
    address = f"{reverse('evidence_sheet')}?kind={kind}&organization={college.one.pk}&month=2026-10"
    page = client.get(address)
    assert "张三" in page.content.decode()
    line = college.zhang.pk
    given = {f"pick-{line}": kind, f"amount-{line}": "50", "day": today.isoformat(), "counts_for": "2026-10"}
    assert client.post(address, given).status_code == 302
    entry = Entry.objects.get()
    assert (entry.kind, entry.amount, entry.counts_for) == (kind, 5000, date(2026, 10, 1))
    answer = client.get(reverse("evidence_list"), follow=True).content.decode()
    assert "撤回" in answer


def test_the_form_of_another_kind_is_refused_and_a_foreign_branch_is_not_there(client, college, cashier):
    client.force_login(cashier)
    add, sheet = reverse("evidence_add"), reverse("evidence_sheet")
    for kind in ("dues.due", "dues.day", "room.books"):
        assert client.get(add, {"kind": kind}).status_code == 403
    assert client.get(sheet, {"kind": "dues.due"}).status_code == 403
    for address in (add, sheet):
        foreign = {"kind": "dues.paid", "organization": college.far.pk}
        assert client.get(address, foreign).status_code == 404
    assert client.post(f"{add}?kind=dues.due", {"day": "2026-11-01"}).status_code == 403


def test_a_file_is_attached_and_read(client, college, cashier, settings, tmp_path, today):
    settings.FILES = tmp_path
    entry = actions.record_entry(actor=cashier, draft=dues(college), today=today)
    client.force_login(cashier)
    sent = SimpleUploadedFile("收据.pdf", PDF)
    assert client.post(reverse("evidence_attach", args=[entry.pk]), {"file": sent}).status_code == 302
    assert client.get(reverse("evidence_file", args=[entry.attachments.get().pk])).status_code == 200
