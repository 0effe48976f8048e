"""Nonsense in the address of the desk's pages: said or left out, never a fault, nothing of others in the answer."""

from __future__ import annotations

import pytest

from zhibu.desk import findings

PAGES = (
    "/desk/",
    "/desk/ahead/",
    "/findings/",
    "/findings/list/",
    "/findings/trend/",
    "/norm/",
    "/norm/study.weekly/",
    "/readings/",
    "/setup/",
)
DAYS = (
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "２０２６-１１-０１",
    "20261101T00",
    "-1",
    "now",
    "2026-13-45",
)
NONSENSE = {
    "day": DAYS,
    "since": DAYS,
    "until": DAYS,
    "year": ("0", "-1", "99999999999", "２０２５", "2025.5", "MMXXV", "1999"),
    "span": ("decade", "", "月"),
    "page": ("0", "-1", "99999999", "9" * 40, "１", "x"),
    "sort": ("nobody", "-", "--due", "due;drop table", "__class__"),
    "status": ("unknown", "met'--", "\u202e"),
    "duty": ("no.such.duty", "study.weekly/../..", "%", "_"),
    "article": ("999", "z1", "<script>alert(1)</script>"),
    "export": ("pdf", "xls"),
    "open": (
        "~",
        "~~~",
        "study.weekly",
        "study.weekly~nobody",
        "a~b~c~d~e",
        "study.weekly~" + "x" * 3000,
        "%00",
        "~" * 50,
    ),
    "q": ("%", "_", "'", "\\", "ＡＢＣ", "x" * 500, "张 " * 60),
    "month": ("2026-13", "0000-00", "x"),
    "stage": ("x",),
    "by": ("rank", "按支部", "x" * 500, "<script>alert(1)</script>"),
    "no-such-parameter": ("1",),
}


def signed_in(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def officer(client, in_use, account_of):
    return signed_in(client, account_of("committee_officer", in_use.committee))


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_nonsense_is_no_fault(officer, page):
    for name, values in NONSENSE.items():
        for value in values:
            answer = officer.get(page, {name: value})
            assert answer.status_code in (200, 404), (name, value)
            text = answer.content.decode()
            assert "<script>alert" not in text, (name, value)
            assert "另一学院" not in text, (name, value)
            assert "Traceback" not in text, (name, value)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/findings/", "/findings/list/", "/findings/trend/", "/norm/study.weekly/"])
@pytest.mark.parametrize("name", ["org", "status", "article", "duty", "day", "span"])
def test_what_is_left_out_is_said(officer, page, name):
    value = "nonsense"
    text = officer.get(page, {name: value}).content.decode()
    assert any(word in text for word in ("已忽略", "显示今天", "显示本月")), (page, name)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_foreign_organizations_and_persons_give_nothing_away(officer, in_use, page):
    for name in ("org", "organization", "member", "subject", "open", "q"):
        for value in (in_use.far.pk, in_use.other.pk, in_use.foreign.pk, "nobody"):
            given = f"study.weekly~{value}" if name == "open" else value
            answer = officer.get(page, {name: given})
            assert answer.status_code in (200, 404), (name, value)
            text = answer.content.decode()
            assert "另一学院" not in text
            assert "王五" not in text


@pytest.mark.django_db
def test_a_parameter_given_twice_counts_once(officer, in_use):
    page = officer.get(
        f"/findings/list/?org={in_use.one.pk}&org={in_use.two.pk}&status=unsigned&status=unsigned"
    )
    assert page.status_code == 200
    assert {one.org for one in page.context["shown"].records} <= {in_use.two.pk}
    assert "地址中写了不止一次，只用最后一个：org。" in page.content.decode()
    heat = officer.get("/findings/?span=year&span=month&day=2026-11-01&day=2026-10-31")
    assert heat.context["span"] == "month"
    assert "只用最后一个：day、span。" in heat.content.decode()


@pytest.mark.django_db
def test_what_is_not_there_opens_no_panel_and_is_said(officer, in_use):
    for opened in (f"study.weekly~{in_use.far.pk}", f"study.weekly~{in_use.one.pk}~2026-W99", "x~y"):
        text = officer.get("/findings/", {"open": opened}).content.decode()
        assert "要看的这一项不存在" in text
        assert "panel opened" not in text
        alone = officer.get(
            "/findings/", {"open": opened}, headers={"HX-Request": "true", "HX-Target": "panel"}
        )
        assert "要看的这一项不存在" in alone.content.decode()


@pytest.mark.django_db
def test_whose_reach_has_shrunk_sees_no_more_of_it(client, in_use, account_of, system, today):
    from datetime import timedelta

    from zhibu.access import accounts

    account = account_of("branch_secretary", in_use.one)
    browser = signed_in(client, account)
    address = f"/findings/?span=year&open=study.weekly~{in_use.one.pk}"
    assert "panel opened" in browser.get(address).content.decode()
    for grant in account.grants.all():
        accounts.revoke(actor=system, given=grant, until=today - timedelta(days=1))
    findings.forget()
    assert browser.get(address).status_code in (302, 403)
