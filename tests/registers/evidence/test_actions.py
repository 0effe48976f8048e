"""The verbs of evidence and what its entries prove."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.registers.evidence.conftest import events, states
from tests.site.test_uploads import PDF
from zhibu.access import NotPermitted, Refused, chain
from zhibu.access.models import LogRow, Touched
from zhibu.registers.evidence import actions, kinds, queries
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.evidence.models import Entry
from zhibu.registers.members import actions as members
from zhibu.site import packs, uploads

pytestmark = pytest.mark.django_db


def test_an_entry_is_the_fact_it_says(college, entered, today):
    plain = entered("report.secretary", day=date(2026, 11, 20))
    paid = entered("dues.paid", member=college.zhang, amount=3050, counts_for=date(2026, 12, 9), ref="收据 7")
    state = entered("room.books", day=date(2026, 9, 1), until=date(2027, 1, 1))
    one = college.one.pk
    assert events() == [
        ("dues.paid", one, college.zhang.pk, date(2026, 12, 1), today, 3050, "收据 7", today),
        ("report.secretary", one, None, date(2026, 11, 20), date(2026, 11, 20), None, plain.pk, today),
    ]
    assert states() == [("room.books", one, None, date(2026, 9, 1), date(2027, 1, 1), None, state.pk, today)]
    assert paid.ref == "收据 7"


@pytest.mark.parametrize(
    ("kind", "other", "code"),
    [
        ("study.session", {}, "evidence.kind"),
        ("no.such", {}, "evidence.kind"),
        ("meeting.deployment", {}, "evidence.kind"),
        ("brand.awarded", {}, "evidence.organization"),
        ("talk.heart", {}, "evidence.no_member"),
        ("report.secretary", {"member": "zhang"}, "evidence.member"),
        ("talk.heart", {"member": "li"}, "evidence.not_member"),
        ("talk.heart", {"member": "foreign"}, "evidence.not_member"),
        ("dues.paid", {"member": "zhang"}, "evidence.amount"),
        ("report.secretary", {"amount": 1}, "evidence.amount"),
        ("report.secretary", {"day": date(2026, 11, 24)}, "evidence.date"),
        ("report.secretary", {"counts_for": date(2026, 12, 31)}, "evidence.date"),
        ("room.books", {"until": date(2026, 11, 23)}, "evidence.date"),
        ("election.filed", {}, "evidence.reference"),
        ("dues.admonished", {"member": "zhang", "ref": "三月"}, "evidence.period"),
        ("appraisal.ungraded", {"member": "zhang"}, "evidence.no_reason"),
    ],
)
def test_what_the_kinds_row_does_not_allow_is_refused(college, entered, kind, other, code):
    if "member" in other:
        other = {**other, "member": getattr(college, other["member"])}
    with pytest.raises(Refused) as refusal:
        entered(kind, **other)
    assert refusal.value.code == code
    assert refusal.value.mend
    assert Entry.objects.count() == 0


def test_every_kind_of_the_register_can_be_recorded_as_its_row_asks(
    college, system, entered, officer, secretary, today
):
    norm = packs.norm()
    for kind in kinds.offered(norm):
        organization = college.one if "branch" in kind.organizations else college.committee
        member = college.zhang if kind.member == "required" else None
        ref = "2026-03" if kinds.choosing(kind) == "period" else ""
        if kinds.needs_reference(norm, kind) and not ref:
            ref = "some-record"
        entered(
            kind.id,
            organization=organization,
            actor=officer,
            member=member,
            amount=1 if kind.amount else None,
            ref=ref,
            note="原因",
        )
    found = [*events(), *states()]
    assert {row.kind for row in found} == {kind.id for kind in kinds.offered(norm)}
    assert len(found) > 100
    for row in found:
        listed = norm.kinds[row.kind]
        assert (row.amount is not None) == (listed.amount is not None)
        assert row.ref


def test_every_article_has_its_kinds(db):
    articles = {article.id for article, _ in kinds.by_article(packs.norm())}
    # 6 is proved by the register of study, 10, 12 and 18 by activities alone, 1 and 3 by the tree, the roll, the posts.
    assert articles >= {str(number) for number in range(1, 21)} - {"1", "3", "6", "10", "12", "18"}


def test_a_sheet_is_one_paper_for_many_and_all_or_none(college, system, secretary, today):
    zhao = members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    before = chain.data_version()

    def sheet(*people, **other):
        drafts = [
            Draft(kind="talk.heart", organization=college.one, day=today, member=one, **other)
            for one in people
        ]
        return actions.record_entries(actor=secretary, drafts=drafts, today=today)

    with pytest.raises(Refused):
        sheet(college.zhang, college.li)
    assert (events(), chain.data_version()) == ([], before)
    made = sheet(college.zhang, zhao)
    assert len({entry.sheet for entry in made}) == 1
    assert {row.member for row in events()} == {college.zhang.pk, zhao.pk}
    assert chain.data_version() == before + 2
    touched = Touched.objects.filter(row__number__gt=before, member__isnull=False)
    assert {one.member for one in touched} == {college.zhang.pk, zhao.pk}
    with pytest.raises(Refused) as refusal:
        sheet(zhao, zhao)
    assert refusal.value.code == "evidence.same"
    with pytest.raises(Refused) as refusal:
        sheet()
    assert refusal.value.code == "evidence.empty"


def test_the_same_again_is_refused_and_something_else_is_not(entered, college):
    entered("fund.spent", amount=5000)
    with pytest.raises(Refused) as refusal:
        entered("fund.spent", amount=5000)
    assert refusal.value.code == "evidence.same"
    entered("fund.spent", amount=5000, note="另一张凭证")
    entered("fund.spent", amount=5001)
    assert len(events()) == len(set(events())) == 3


def test_a_case_ties_its_steps_together(college, secretary, entered, today):
    case = actions.open_case(
        actor=secretary,
        kind="recommended.masses",
        organization=college.one,
        member=college.zhang,
        today=today,
    )
    for kind in ("recommended.masses", "recommended.mass_organisation", "development.activist"):
        entered(kind, member=college.zhang, ref=case.pk)
    assert {row.ref for row in events()} == {case.pk}
    norm = packs.norm()
    offered = queries.references_for(
        secretary, norm.kinds["development.prospect"], college.one, college.zhang, today
    )
    assert [reference.id for reference in offered] == [case.pk]
    step = queries.references_for(secretary, norm.kinds["development.handled"], college.one, None, today)
    assert len(step) == 1
    assert queries.references_for(secretary, norm.kinds["election.filed"], college.one, None, today) == []


def test_a_result_refers_to_itself_and_its_consequence_to_it(college, secretary, entered, today):
    result = entered("appraisal.excellent", member=college.zhang)
    kind = packs.norm().kinds["appraisal.commended"]
    offered = queries.references_for(secretary, kind, college.one, college.zhang, today)
    assert [reference.id for reference in offered] == [result.pk]
    entered("appraisal.commended", member=college.zhang, ref=result.pk)
    assert {row.ref for row in events()} == {result.pk}


def test_nobody_records_elsewhere_or_without_a_role(college, entered, account_of):
    for role, place in (("branch_secretary", college.two), ("auditor", college.committee)):
        with pytest.raises(NotPermitted):
            entered("report.secretary", actor=account_of(role, place))


def test_a_member_enters_the_own_of_kinds_that_are_ones_own(
    college, system, entered, account_of, today, own_talks
):
    zhao = members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    own = account_of("member", college.one, zhao)
    entered("talk.heart", actor=own, member=zhao)
    for kind, other in (
        ("talk.heart", {"member": college.li, "organization": college.two}),
        ("talk.heart", {"member": college.zhang}),
        ("honour.awarded", {"member": zhao}),
        ("report.secretary", {}),
    ):
        with pytest.raises(NotPermitted):
            entered(kind, actor=own, **other)
    assert [row.kind for row in events()] == ["talk.heart"]


@pytest.mark.parametrize("kind", ["study.reflection", "study.check", "study.assessment", "training"])
def test_what_has_a_register_of_its_own_is_refused_here(college, entered, kind):
    with pytest.raises(Refused) as refusal:
        entered(kind, member=college.zhang)
    assert refusal.value.code == "evidence.kind"


def test_a_correction_is_learnt_when_it_is_made_a_note_changes_nothing(college, entered, secretary, today):
    entry = entered("dues.paid", member=college.zhang, amount=1000)
    later = today + timedelta(days=30)

    def correct(reason="写错了", **other):
        draft = Draft(
            **{
                "kind": entry.kind,
                "organization": college.one,
                "member": college.zhang,
                "day": today,
                "amount": 1000,
                **other,
            }
        )
        actions.correct_entry(actor=secretary, entry=entry, draft=draft, reason=reason, today=later)
        return events()[0]

    with pytest.raises(Refused) as refusal:
        correct(reason="")
    assert refusal.value.code == "evidence.no_reason"
    assert correct(note="补说明").recorded == today
    changed = correct(amount=2000)
    assert (changed.amount, changed.recorded) == (2000, later)
    change = chain.change_of(LogRow.objects.latest("number"))
    assert (change["before"]["amount"], change["after"]["amount"]) == (1000, 2000)
    assert change["after"]["reason"] == "写错了"


def test_a_state_ends_once_and_its_end_is_no_news(entered, secretary, today):
    entry = entered("feature", day=date(2026, 1, 1))
    later = today + timedelta(days=30)
    with pytest.raises(Refused):
        actions.end_state(actor=secretary, entry=entry, until=date(2026, 1, 1), today=later)
    actions.end_state(actor=secretary, entry=entry, until=today, today=later)
    assert [(row.until, row.recorded) for row in states()] == [(today, today)]
    with pytest.raises(Refused) as refusal:
        actions.end_state(actor=secretary, entry=entry, until=later, today=later)
    assert refusal.value.code == "evidence.ended"
    with pytest.raises(Refused) as refusal:
        actions.end_state(actor=secretary, entry=entered("report.secretary"), until=later, today=later)
    assert refusal.value.code == "evidence.no_state"


def test_withdrawn_proves_nothing_and_is_restored_as_it_was(entered, secretary, today):
    entry = entered("report.secretary")
    before = events()
    with pytest.raises(Refused):
        actions.withdraw_entry(actor=secretary, entry=entry, reason=" ", today=today)
    actions.withdraw_entry(actor=secretary, entry=entry, reason="重复", today=today)
    assert events() == []
    again = entered("report.secretary")
    with pytest.raises(Refused) as refusal:
        actions.restore_entry(actor=secretary, entry=entry, today=today)
    assert refusal.value.code == "evidence.same"
    actions.withdraw_entry(actor=secretary, entry=again, reason="重复", today=today)
    actions.restore_entry(actor=secretary, entry=entry, today=today)
    assert events() == before
    assert chain.verify() is None


def test_files_are_kept_and_taken_off(entered, secretary, account_of, college, today, tmp_path, settings):
    settings.FILES = tmp_path
    entry = entered("report.secretary")
    attached = actions.attach_file(actor=secretary, entry=entry, name="述职.pdf", data=PDF, today=today)
    assert uploads.path_of(tmp_path, attached.digest).read_bytes() == PDF
    with pytest.raises(Refused) as refusal:
        actions.attach_file(actor=secretary, entry=entry, name="述职.html", data=b"<html>", today=today)
    assert refusal.value.code == "upload.type"
    with pytest.raises(NotPermitted):
        actions.attach_file(
            actor=account_of("auditor", college.one), entry=entry, name="a.pdf", data=PDF, today=today
        )
    actions.remove_attachment(actor=secretary, attachment=attached, today=today)
    assert entry.attachments.count() == 0
