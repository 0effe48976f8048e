"""The navigation shows what opens to the reader, and whose house it is; the log names whom it is about."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse


def places(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("account_own")).content.decode()
    return set(re.findall(r'class="place" href="([^"]+)"', page)), page


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("committee_officer", {"/norm/", "/setup/", "/members/import/", "/log/"}, set()),
        ("branch_secretary", {"/norm/", "/activities/", "/evidence/"}, {"/setup/", "/members/import/"}),
        ("member", {"/norm/", "/activities/"}, {"/log/", "/accounts/list/", "/members/import/"}),
        ("applicant", {"/norm/", "/evidence/"}, {"/activities/", "/organizations/", "/log/", "/readings/"}),
    ],
)
def test_only_places_that_open_are_shown(client, college, account_of, role, shown, hidden):
    where = college.committee if role == "committee_officer" else college.one
    found, page = places(client, account_of(role, where, member=college.zhang))
    assert shown <= found
    assert not hidden & found
    assert f"<small>{where}</small>" in page
    for address in found:
        assert client.get(address, follow=True).status_code == 200, address


@pytest.mark.parametrize(
    ("role", "title"), [("dues_accountant", "佐证"), ("member", "我的记录"), ("branch_secretary", "佐证")]
)
def test_a_place_is_called_the_own_only_for_who_sees_nothing_else_there(
    client, college, account_of, role, title
):
    client.force_login(
        account_of(role, college.one, member=college.zhang),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    page = client.get("/calendar/").content.decode()
    assert re.search(r'href="/evidence/"[^>]*>([^<]+)<', page)[1].strip() == title


def test_the_log_names_whom_it_is_about_and_nobody_out_of_reach(client, college, account_of):
    client.force_login(
        account_of("branch_secretary", college.one),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    page = client.get(reverse("log_list")).content.decode()
    assert "张三" in page
    assert "机电工程系党支部" in page
    assert "王五" not in page
    assert "李四" not in page
    assert "张三" in client.get(reverse("log_list"), {"q": "张三"}).content.decode()


def test_every_verb_that_writes_has_words():
    from pathlib import Path

    import zhibu
    from zhibu.access import verbs

    text = "".join(path.read_text() for path in Path(zhibu.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'@action\("([a-z_.]+)"\)', text))
    assert len(named) > 30
    assert not named - set(verbs.VERBS)


def test_the_page_of_roles_says_every_verb_in_words(client, college, account_of):
    client.force_login(
        account_of("committee_officer", college.committee),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    page = client.get(reverse("account_roles")).content.decode()
    assert not re.findall(r"：[a-z_]+", page.split("<main", 1)[1])


def test_a_row_of_the_log_names_what_it_changed(client, college, account_of):
    from zhibu.access.models import LogRow

    account_of("branch_secretary", college.one)
    client.force_login(
        account_of("committee_officer", college.committee),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    row = LogRow.objects.filter(verb="access.grant").order_by("number").first()
    page = client.get(reverse("log_row", args=[row.number])).content.decode()
    assert "支部书记" in page
    assert f'<td data-title="现在">{college.one}</td>' in page
    assert '<td data-title="项目">党组织</td>' in page


def test_signed_in_pages_are_kept_by_no_cache(client, college, account_of):
    client.force_login(
        account_of("member", college.one, member=college.zhang),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    for address in (reverse("member", args=[college.zhang.pk]), reverse("activity_list"), "/norm/"):
        assert "no-store" in client.get(address).headers["Cache-Control"]


@pytest.mark.parametrize(("role", "offered"), [("auditor", True), ("superior", False)])
def test_the_roll_offers_its_workbook_to_whoever_may_take_it(client, college, account_of, role, offered):
    client.force_login(
        account_of(role, college.committee), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(reverse("member_list")).content.decode()
    assert ("export=xlsx" in page) is offered
    assert client.get(reverse("member_list"), {"export": "xlsx"}).status_code == (200 if offered else 403)
