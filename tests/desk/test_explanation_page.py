"""The page of a finding: its facts lead to their records, its forms open, nobody sees more than is theirs."""

from __future__ import annotations

import html
import re
from datetime import date
from types import SimpleNamespace

import pytest

from zhibu.audit.evidence import Evidence
from zhibu.audit.relations import Finding
from zhibu.desk import addresses, findings, mending, openings, queries
from zhibu.desk.openings import VERBS
from zhibu.desk.records import Records
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft, Line
from zhibu.registers.activities.rules import Block
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.models import Entry
from zhibu.registers.exemptions import actions as exemptions
from zhibu.registers.organizations.models import FirstDayOfUse
from zhibu.site import packs

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 9, 16)


def signed_in(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def fact_links(text):
    """The links of the facts on a page, by what stands in their lines."""
    lines = re.findall(r'<li><span class="when">(.*?)</li>', text, re.S)
    found = {}
    for line in lines:
        link = re.search(r'<a class="link" href="([^"]+)"', line)
        found[re.sub(r"<[^>]+>", "", line)] = html.unescape(link[1]) if link else ""
    return found


@pytest.fixture
def recorded(in_use, system, today):
    """In use since January: a study session with hours, a receipt, an exemption."""
    FirstDayOfUse.objects.update(since=date(2026, 1, 1))
    session = activities.record_activity(
        actor=system, organization=in_use.one, lines=[Line(in_use.zhang.pk, in_use.one.pk, "present")], today=today,
        draft=Draft(title="集中学习", kinds=("study.session",), blocks=(Block(WEDNESDAY, "afternoon"),),
                    content="学习", late_reason="当时未录"),
    )  # fmt: skip
    draft = evidence.Draft(
        kind="dues.paid", organization=in_use.one, member=in_use.zhang, day=date(2026, 10, 12), amount=1000
    )
    paid = evidence.record_entry(actor=system, draft=draft, begin_case="", today=today)
    exemption = exemptions.apply(
        actor=system, organization=in_use.one, member=in_use.zhang, duty="study.reflection",
        duties=frozenset(packs.norm().duties), since=in_use.began, until=None, reason="病假", today=today,
    )  # fmt: skip
    exemptions.decide(actor=system, exemption=exemption, approved=True, decided_by="党委会", today=today)
    return SimpleNamespace(session=session, paid=paid, exemption=exemption)


def test_every_fact_leads_to_its_record(client, in_use, account_of, recorded, today):
    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    zhang, one = in_use.zhang.pk, in_use.one.pk
    expected = {
        f"/norm/study.weekly/{one}/2026-W38/": f"/activities/{recorded.session.pk}/",
        f"/norm/study.hours/{zhang}/2026/": f"/activities/{recorded.session.pk}/",
        f"/norm/dues.monthly/{zhang}/2026-10/": f"/evidence/{recorded.paid.pk}/",
        f"/norm/study.reflection/{zhang}/2026-Q4/": f"/exemptions/{recorded.exemption.pk}/",
        f"/norm/org.affiliation/{zhang}/{today}/": f"/members/{zhang}/",
        f"/norm/org.parent/{one}/{today}/": f"/organizations/{one}/",
    }
    for address, record in expected.items():
        links = fact_links(browser.get(address).content.decode())
        assert record in links.values(), address
        assert "" not in links.values(), address
        assert browser.get(record).status_code == 200


def test_amounts_are_said_in_the_unit_of_the_kind(client, in_use, account_of, recorded):
    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    text = browser.get(f"/norm/study.hours/{in_use.zhang.pk}/2026/").content.decode()
    assert "还差 20 学时：教育培训" in text
    assert "4 学时" in text
    assert "分钟：" not in text
    assert "10.00 元" in browser.get(f"/norm/dues.monthly/{in_use.zhang.pk}/2026-10/").content.decode()


def test_a_member_sees_the_own_facts_and_no_others(client, in_use, account_of, recorded):
    browser = signed_in(client, account_of("member", in_use.one, member=in_use.zhang))
    text = browser.get(f"/norm/dues.monthly/{in_use.zhang.pk}/2026-10/").content.decode()
    assert f"/evidence/{recorded.paid.pk}/" in text
    assert "登记已交党费" not in text
    assert (
        f"/activities/{recorded.session.pk}/"
        in browser.get(f"/norm/study.weekly/{in_use.one.pk}/2026-W38/").content.decode()
    )
    assert browser.get(f"/norm/dues.monthly/{in_use.li.pk}/2026-10/").status_code == 404
    assert browser.get(f"/norm/org.branches/{in_use.committee.pk}/2026-11-23/").status_code == 404


def test_what_is_another_persons_is_withheld_without_a_link(in_use, account_of, recorded, today):
    norm = packs.norm()
    (row,) = Entry.objects.filter(pk=recorded.paid.pk)
    fact = Evidence("counted", row.kind, "", False, row.organization_id, row.member_id, row.day, row.day, None,
                    row.amount, row.pk, row.recorded, "counts")  # fmt: skip
    fact = Evidence(**{**fact.__dict__, "day": date(2026, 10, 1)})
    shown = {}
    for name, account in {
        "own": account_of("member", in_use.one, member=in_use.zhang),
        "other": account_of("member", in_use.two, member=in_use.li),
        "secretary": account_of("branch_secretary", in_use.one),
        "accountant": account_of("dues_accountant", in_use.one),
        "far": account_of("committee_officer", in_use.other),
    }.items():
        records = Records(account, norm, [fact])
        shown[name] = (records.shown(fact), bool(records.address(fact)))
    assert shown == {
        "own": (True, True),
        "other": (False, False),
        "secretary": (True, True),
        "accountant": (True, True),  # of dues, not of other evidence
        "far": (False, False),
    }


def test_every_form_that_mends_opens(client, in_use, account_of, today):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    norm = packs.norm()
    tree = queries.placements(today)
    opened = 0
    for duty in norm.duties.values():
        wanted = {kind for group in duty.require for kind in group} | set(duty.kinds)
        wanted |= {kind for term in duty.ratio or () for kind in term.kinds}
        for kind in (norm.kinds[each] for each in sorted(wanted)):
            if kind.register not in VERBS or kind.ref == "activity" and duty.form == "sequence":
                continue  # added on the page of the activity itself
            finding = Finding(
                duty.id, duty.article, "", in_use.one.pk, "2026-09", 1, 0, "missed", today, None
            )
            day = mending.mending_day(norm, finding, kind, today)
            host = queries.host(tree, kind, in_use.one.pk)
            address = addresses.form(kind, host, in_use.zhang.pk, day, None)
            response = browser.get(address, follow=True)
            assert response.status_code == 200, (duty.id, kind.id, address)
            opened += 1
    assert opened > 100


def test_a_post_that_nobody_holds_is_chosen_in_its_form(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    page = browser.get(f"/norm/staff.secretary/{in_use.committee.pk}/2026-11-23/").content.decode()
    address = re.search(r'href="(/organizations/[^"]+/appoint/[^"]*)"', page)[1].replace("&amp;", "&")
    assert browser.get(address).context["form"].initial["kind"] == "secretary"


def test_the_exemption_begins_with_the_period_in_question(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    page = browser.get(f"/norm/study.weekly/{in_use.one.pk}/2026-W38/").content.decode()
    address = re.search(r'href="(/exemptions/new/[^"]+)"', page)[1].replace("&amp;", "&")
    initial = browser.get(address).context["form"].initial
    assert (str(initial["since"]), str(initial["until"])) == ("2026-09-14", "2026-09-21")


def test_what_a_paper_of_an_activity_proves_opens_that_paper(in_use, today):
    kinds = packs.norm().kinds
    opened = [
        "paper=evaluation" in addresses.form(kinds[kind], in_use.one.pk, None, mending.Day(today), None)
        for kind in ("study.evaluation", "study.session")
    ]
    assert opened == [True, False]


def test_what_only_the_committee_records_is_mended_there(in_use, today):
    norm, tree = packs.norm(), queries.placements(today)
    assert queries.host(tree, norm.kinds["report.leader"], in_use.one.pk) == in_use.committee.pk
    assert queries.host(tree, norm.kinds["study.session"], in_use.one.pk) == in_use.one.pk
    assert queries.host(tree, norm.kinds["study.session"], in_use.group.pk) == in_use.one.pk


def test_the_form_begins_with_the_day_it_counts_for(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    text = browser.get(
        f"/evidence/new/?kind=report.secretary&organization={in_use.one.pk}&day=2026-11-23&counts-for=2025-12-31"
    ).content.decode()
    assert 'value="2025-12-31"' in text


@pytest.mark.django_db
def test_a_semester_is_evaluated_on_its_latest_study_session_not_on_a_new_one(
    client, in_use, account_of, recorded, today
):
    norm, tree = packs.norm(), queries.placements(today)
    secretary = account_of("branch_secretary", in_use.one)
    open_ = Finding(
        "study.evaluation",
        "6",
        in_use.one.pk,
        in_use.one.pk,
        "2026-autumn",
        1,
        0,
        "open",
        date(2027, 1, 17),
        None,
    )
    kind = norm.kinds["study.evaluation"]
    address = openings.form_of(secretary, norm, tree, open_, kind, today)
    assert address == f"/activities/{recorded.session.pk}/papers/evaluation/"
    assert signed_in(client, secretary).get(address).status_code == 200
    # Without a session the form of a new one takes the evaluation with it.
    other = open_._replace(subject=in_use.two.pk, org=in_use.two.pk)
    officer = account_of("committee_officer", in_use.committee)
    assert openings.form_of(officer, norm, tree, other, kind, today).startswith(
        "/activities/new/?kind=study.session"
    )


@pytest.mark.django_db
def test_a_member_of_no_branch_is_put_into_one_on_the_members_page(in_use, account_of, today):
    norm, tree = packs.norm(), queries.placements(today)
    lost = Finding(
        "org.affiliation",
        "1",
        in_use.zhang.pk,
        in_use.committee.pk,
        today.isoformat(),
        1,
        0,
        "missed",
        today,
        None,
    )
    kind = norm.kinds["membership"]
    officer = account_of("committee_officer", in_use.committee)
    assert openings.form_of(officer, norm, tree, lost, kind, today) == f"/members/{in_use.zhang.pk}/"
    assert openings.form_of(account_of("auditor", in_use.committee), norm, tree, lost, kind, today) == ""


@pytest.mark.django_db
def test_where_less_is_better_the_numbers_say_so(client, in_use, account_of, today):
    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    streak = browser.get(f"/norm/dues.streak/{in_use.zhang.pk}/{today}/")
    assert (streak.context["required"], streak.context["actual"]) == ("少于 6 期", "连续 2 期")
    assert "没有记录，计入连续期数" in streak.content.decode()
    FirstDayOfUse.objects.update(since=date(2026, 1, 1))
    findings.forget()
    within = browser.get(f"/norm/funds.within/{in_use.one.pk}/2026/")
    assert within.context["required"].startswith("不超过 ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("week", "said"),
    [  # today is Monday, November 23, 2026
        ("2026-W48", "2026年11月29日（含）以前做、2026年12月9日（含）以前登记的算按期，以后的"),
        # What was due yesterday and is done today is late, however soon it is entered.
        ("2026-W47", "2026年11月22日（含）以前做、2026年12月2日（含）以前登记的算按期；以后补做、补录的"),
        ("2026-W38", "以后补做、补录的"),
    ],
)
def test_what_is_still_in_time_is_said_as_it_is(client, in_use, account_of, week, said):
    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    page = browser.get(f"/norm/study.weekly/{in_use.one.pk}/{week}/")
    assert page.context["in_time"] == f"{said}显示为“补办”。"
    assert page.context["in_time"] in page.content.decode()
