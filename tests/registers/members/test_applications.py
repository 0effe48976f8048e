"""Applications to join the Party (article 7): who takes them, who sees the applicant, what follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from zhibu.access import NotPermitted, Refused, chain, scope
from zhibu.access.models import LogRow
from zhibu.access.undo import undo
from zhibu.registers.members import actions, facts, queries
from zhibu.registers.members.models import Application, Member

pytestmark = pytest.mark.django_db
SINCE = date(2026, 3, 9)


@pytest.fixture
def secretary(account_of, college):
    return account_of("branch_secretary", college.one)


@pytest.fixture
def applicant(secretary, college, today):
    return actions.apply(
        actor=secretary, organization=college.one, since=SINCE, today=today, name="赵新", number="S1"
    )


def spans(member):
    rows = member.applications.order_by("since").values_list("organization_id", "since", "until", "reason")
    return list(rows)


def test_a_secretary_takes_an_application_and_sees_the_applicant(applicant, secretary, college, account_of):
    assert spans(applicant) == [(college.one.pk, SINCE, None, "")]
    assert applicant.applied == SINCE
    assert scope.members(secretary).filter(pk=applicant.pk).exists()
    assert scope.members(secretary, "members.change").filter(pk=applicant.pk).exists()
    neighbour = account_of("branch_secretary", college.two)
    assert not scope.members(neighbour).filter(pk=applicant.pk).exists()
    officer = account_of("committee_officer", college.committee)
    assert scope.members(officer).filter(pk=applicant.pk).exists()
    assert chain.verify() is None


def test_only_whoever_leads_the_branch_takes_one(college, account_of, today):
    for role, place in (("publicity_commissioner", college.one), ("branch_secretary", college.two)):
        with pytest.raises(NotPermitted):
            actions.apply(
                actor=account_of(role, place), organization=college.one, since=SINCE, today=today, name="赵新"
            )
    assert not Application.objects.exists()


def test_an_applicant_proves_no_membership(applicant):
    assert applicant.pk not in {row[0] for row in facts.memberships()}


def test_an_application_handed_over_is_the_other_branchs(
    applicant, secretary, college, account_of, today, system
):
    other = account_of("branch_secretary", college.two)
    actions.correct_application(
        actor=system, member=applicant, since=SINCE, activist=date(2026, 9, 20), prospect=None, today=today
    )
    actions.hand_over(actor=system, member=applicant, organization=college.two, since=today, today=today)
    assert spans(applicant) == [
        (college.one.pk, SINCE, today, "转交其他支部"),
        (college.two.pk, today, None, ""),
    ]
    assert applicant.applications.get(until=None).activist == date(2026, 9, 20)
    assert scope.members(other).filter(pk=applicant.pk).exists()
    assert not scope.members(secretary).filter(pk=applicant.pk).exists()


def test_an_applicant_who_is_received_is_an_applicant_no_more_and_undo_makes_one_again(
    applicant, college, system, today
):
    day = date(2026, 11, 20)
    actions.transfer_in(
        actor=system,
        member=applicant,
        organization=college.one,
        since=day,
        today=today,
        status="probationary",
    )
    assert spans(applicant) == [(college.one.pk, SINCE, day, "已接收为党员")]
    (row,) = queries.members(system, today).filter(pk=applicant.pk)
    assert (row.status, row.belongs, row.applying) == ("probationary", True, False)
    undo(actor=system, deed=LogRow.objects.latest("number").deed)
    assert spans(applicant) == [(college.one.pk, SINCE, None, "")]
    assert not applicant.memberships.exists()


def test_the_application_itself_is_undone_with_the_person(applicant, secretary):
    undo(actor=secretary, deed=LogRow.objects.filter(verb="members.apply").latest("number").deed)
    assert not Member.objects.filter(pk=applicant.pk).exists()
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("code", "deed"),
    [
        ("members.apply_future", lambda one, two: two("since", timedelta(days=1))),
        ("members.apply_member", lambda one, two: two("member", one.zhang)),
    ],
)
def test_what_is_no_application_is_refused(code, deed, college, system, today):
    given = {"organization": college.one, "since": today, "name": "赵新"}

    def change(name, value):
        given[name] = today + value if name == "since" else value
        if name == "member":
            del given["name"]

    deed(college, change)
    with pytest.raises(Refused) as refusal:
        actions.apply(actor=system, today=today, **given)
    assert refusal.value.code == code
    assert not Application.objects.exists()


def test_one_application_at_a_time_and_again_after_it_ended(applicant, college, system, today):
    again = {"actor": system, "member": applicant, "organization": college.two, "today": today}
    with pytest.raises(Refused) as refusal:
        actions.apply(since=today, **again)
    assert refusal.value.code == "members.apply_twice"
    actions.withdraw(actor=system, member=applicant, until=date(2026, 6, 1), reason="本人撤回")
    with pytest.raises(Refused) as refusal:
        actions.apply(since=date(2026, 5, 1), **again)
    assert refusal.value.code == "members.apply_twice"
    actions.apply(since=date(2026, 7, 1), **again)
    assert [row[0] for row in spans(applicant)] == [college.one.pk, college.two.pk]


def test_days_out_of_order_are_refused(applicant, system, today):
    with pytest.raises(Refused) as refusal:
        actions.correct_application(
            actor=system,
            member=applicant,
            since=SINCE,
            activist=date(2026, 9, 1),
            prospect=date(2026, 8, 1),
            today=today,
        )
    assert refusal.value.code == "members.apply_order"


def test_an_applicants_account_sees_the_own_record_only(applicant, college, account_of, client):
    account = account_of("applicant", college.one, member=applicant)
    assert list(scope.members(account)) == [applicant]
    client.force_login(account)
    assert client.get(reverse("member", args=[applicant.pk])).status_code == 200
    assert client.get(reverse("member", args=[college.zhang.pk])).status_code == 404
    for name in ("member_change", "member_withdraw", "member_hand_over"):
        assert client.get(reverse(name, args=[applicant.pk])).status_code in (403, 404)


def test_applicants_are_on_the_list_and_in_its_filter(applicant, secretary, client):
    client.force_login(secretary)
    page = client.get(reverse("member_list"), {"status": "applicant"}).content.decode()
    assert "赵新" in page
    assert "张三" not in page
    assert reverse("applicant_add") in page
    whole = client.get(reverse("member_list"), {"organization": applicant.places_on(SINCE)[0]})
    assert "赵新" in whole.content.decode()
    gone = client.get(reverse("member_list"), {"here": "gone"}).content.decode()
    assert "赵新" not in gone


def test_a_secretary_adds_one_on_the_page_and_begins_article_seven(secretary, college, client):
    client.force_login(secretary)
    answer = client.post(
        reverse("applicant_add"),
        {"organization": college.one.pk, "since": "2026-03-09", "name": "钱新", "number": "S2"},
    )
    member = Member.objects.get(name="钱新")
    assert answer.headers["Location"] == reverse("member", args=[member.pk])
    assert "入党申请人" in client.get(answer.headers["Location"]).content.decode()
    where = {"kind": "recommended.masses", "organization": college.one.pk, "member": member.pk}
    page = client.get(reverse("evidence_add"), where).content.decode()
    assert f'value="{member.pk}" selected' in page
    sent = {"member": member.pk, "day": "2026-09-01", "ref": "new"}
    answer = client.post(f"{reverse('evidence_add')}?kind=recommended.masses", sent)
    assert answer.status_code == 302, answer.content.decode()
    from zhibu.registers.evidence.models import Entry

    entry = Entry.objects.get(member=member)
    assert (entry.kind, entry.organization_id) == ("recommended.masses", college.one.pk)


def test_a_sheet_of_accounts_has_the_applicants_too(applicant, college, account_of, today):
    from zhibu.access.models import Account
    from zhibu.access.sheets import make_sheet

    officer = account_of("committee_officer", college.committee)
    lines = make_sheet(actor=officer, organization=college.one, renew=False, today=today)
    assert {line.name for line in lines} == {"张三", "赵新"}
    grant = Account.objects.get(member=applicant).grants.get()
    assert (grant.role, grant.organization_id) == ("applicant", college.one.pk)
