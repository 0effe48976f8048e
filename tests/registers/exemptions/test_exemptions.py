"""Exemptions: applied for, decided, ended; who may."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.access import NotPermitted, Refused
from zhibu.registers.exemptions import actions, facts, queries

pytestmark = pytest.mark.django_db

DUTIES = frozenset({"study.weekly"})


@pytest.fixture
def applied(college, account_of, today):
    return actions.apply(
        actor=account_of("branch_secretary", college.one), organization=college.one, duty="study.weekly",
        duties=DUTIES, since=date(2026, 9, 1), until=None, reason="分散办学", today=today,
    )  # fmt: skip


def test_an_application_proves_nothing_until_it_is_approved(applied, college, account_of, today):
    assert list(facts.exemptions()) == []
    with pytest.raises(NotPermitted):
        actions.decide(
            actor=account_of("branch_secretary", college.one, username="other"),
            exemption=applied, approved=True, decided_by="本人", today=today,
        )  # fmt: skip
    officer = account_of("committee_officer", college.committee)
    actions.decide(actor=officer, exemption=applied, approved=True, decided_by="党委会", today=today)
    (row,) = facts.exemptions()
    assert row == ("exemption", college.one.pk, None, date(2026, 9, 1), None, None, "study.weekly", today)
    with pytest.raises(Refused, match="已经办结"):
        actions.decide(actor=officer, exemption=applied, approved=False, decided_by="党委会", today=today)
    actions.end(actor=officer, exemption=applied, until=date(2026, 11, 1), reason="恢复集中办学")
    assert next(iter(facts.exemptions()))[4] == date(2026, 11, 1)


def test_a_declined_application_proves_nothing(applied, system, today):
    actions.decide(actor=system, exemption=applied, approved=False, decided_by="党委会", today=today)
    assert list(facts.exemptions()) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"duty": "none"}, "exemptions.unknown_duty"),
        ({"until": date(2026, 9, 1)}, "exemptions.ends_before_it_begins"),
    ],
)
def test_refusals_have_codes(college, system, today, changed, code):
    given = {"duty": "study.weekly", "since": date(2026, 9, 1), "until": None, "reason": "x", **changed}
    with pytest.raises(Refused) as refused:
        actions.apply(actor=system, organization=college.one, duties=DUTIES, today=today, **given)
    assert refused.value.code == code


def test_a_member_of_another_branch_is_refused(college, system, today):
    with pytest.raises(Refused) as refused:
        actions.apply(
            actor=system, organization=college.one, member=college.li, duty="*", duties=DUTIES,
            since=date(2026, 9, 1), until=None, reason="x", today=today,
        )  # fmt: skip
    assert refused.value.code == "exemptions.member_elsewhere"


def test_nobody_sees_what_is_out_of_reach(applied, college, account_of):
    assert not queries.exemptions(account_of("branch_secretary", college.two)).exists()
    assert not queries.exemptions(account_of("committee_officer", college.other)).exists()
    assert queries.exemptions(account_of("auditor", college.committee)).get() == applied


def test_the_form_registers_and_approves_at_once(college, account_of, client, today):
    officer = account_of("committee_officer", college.committee)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    given = {
        "organization": college.one.pk,
        "duty": "study.weekly",
        "since": "2026-09-01",
        "reason": "分散办学",
    }
    response = client.post("/exemptions/new/", {**given, "decided_by": "党委会"})
    assert response.status_code == 302
    assert "已批准" in client.get(response["Location"]).content.decode()
    assert client.post("/exemptions/new/", {**given, "until": "2026-01-01"}).status_code == 409
    assert client.post("/exemptions/new/", {**given, "organization": college.far.pk}).status_code == 422
    assert "分散办学" not in client.get("/exemptions/?stage=applied").content.decode()


def test_requirements_are_offered_in_the_order_of_the_norm(college, account_of, client):
    client.force_login(account_of("committee_officer", college.committee))
    form = client.get("/exemptions/new/").context["form"]
    articles = [title for title, _ in form.fields["duty"].choices if title]
    assert articles.index("组织设置") < articles.index("按期换届") < articles.index("品牌建设")
    assert articles.index("品牌建设") < articles.index("三会一课")  # the other pack's after the house's own
    page = client.get("/exemptions/").content.decode()
    assert page.index("党支部设置</option>") < page.index("党委品牌</option>")
