"""Accounts: made from the roster, entered with a code that works once, never above the giver."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from zhibu.access import NotPermitted, Refused, accounts, chain, permits, sheets
from zhibu.access.models import Account, LogRow
from zhibu.access.roles import ROLES, TABLE, scopes

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def nothing_tried_yet():
    """What other tests tried to sign in with is not counted here."""
    cache.clear()


@pytest.fixture
def fresh(system, college):
    account = accounts.create_account(actor=system, username="1001", member=college.zhang)
    return account, accounts.issue_code(actor=system, account=account)


def test_a_code_opens_once(fresh):
    account, code = fresh
    assert not Account.objects.get(pk=account.pk).has_usable_password()
    entered = accounts.activate(username="1001", code=code.lower(), password=PASSWORD)
    assert entered.check_password(PASSWORD)
    with pytest.raises(Refused) as refusal:
        accounts.activate(username="1001", code=code, password="another long password")
    assert refusal.value.code == "access.code_wrong"
    assert Account.objects.get(pk=account.pk).check_password(PASSWORD)


def test_a_code_is_kept_neither_in_the_row_nor_in_the_log(fresh):
    account, code = fresh
    bare = code.replace("-", "")
    assert bare not in Account.objects.get(pk=account.pk).activation_hash
    assert all(bare not in str(chain.change_of(row)) for row in LogRow.objects.filter(object=account.pk))


def test_a_code_expires(fresh, monkeypatch):
    account, code = fresh
    late = account.activation_expires + timedelta(seconds=1)
    monkeypatch.setattr("zhibu.site.clock.now", lambda: late)
    with pytest.raises(Refused, match="过期"):
        accounts.activate(username="1001", code=code, password=PASSWORD)


def test_the_last_minute_of_a_code_still_opens(fresh, monkeypatch):
    account, code = fresh
    monkeypatch.setattr("zhibu.site.clock.now", lambda: account.activation_expires - timedelta(seconds=1))
    assert accounts.activate(username="1001", code=code, password=PASSWORD).pk == account.pk


def test_five_wrong_codes_make_it_void_and_four_do_not(fresh, system):
    account, code = fresh

    def wrong(times):
        for _ in range(times):
            with pytest.raises(Refused):
                accounts.activate(username="1001", code="WRONGWRONG22", password=PASSWORD)

    wrong(5)
    with pytest.raises(Refused):
        accounts.activate(username="1001", code=code, password=PASSWORD)
    code = accounts.issue_code(actor=system, account=account)
    wrong(4)
    accounts.activate(username="1001", code=code, password=PASSWORD)


def test_a_weak_password_is_refused_and_the_code_stays_good(fresh):
    _, code = fresh
    with pytest.raises(Refused) as refusal:
        accounts.activate(username="1001", code=code, password="123456")
    assert refusal.value.code == "access.password_weak"
    assert "。" not in refusal.value.why  # the page ends the sentence
    accounts.activate(username="1001", code=code, password=PASSWORD)


def test_an_officer_cannot_make_an_administrator_nor_take_one_over(college, account_of, system):
    officer = account_of("committee_officer", college.committee)
    administrator = account_of("administrator", college.committee)
    somebody = accounts.create_account(actor=system, username="x")
    with pytest.raises(NotPermitted):
        accounts.grant(
            actor=officer,
            account=somebody,
            role="administrator",
            organization=college.committee,
            since=college.began,
        )
    with pytest.raises(NotPermitted):
        accounts.issue_code(actor=officer, account=administrator)
    assert not permits(somebody, "access.grant")
    accounts.grant(
        actor=administrator,
        account=somebody,
        role="administrator",
        organization=college.committee,
        since=college.began,
    )
    assert permits(somebody, "access.grant")


def test_nobody_gives_roles_in_another_committee(college, account_of, system):
    administrator = account_of("administrator", college.committee)
    somebody = accounts.create_account(actor=system, username="x")
    with pytest.raises(NotPermitted):
        accounts.grant(
            actor=administrator,
            account=somebody,
            role="branch_secretary",
            organization=college.far,
            since=college.began,
        )


def test_a_role_is_given_only_where_it_belongs(college, system):
    somebody = accounts.create_account(actor=system, username="x")
    with pytest.raises(Refused) as refusal:
        accounts.grant(
            actor=system,
            account=somebody,
            role="branch_secretary",
            organization=college.committee,
            since=college.began,
        )
    assert refusal.value.code == "access.role_place"


def test_the_sheet_makes_an_account_for_each_member_below_and_no_more(college, account_of, today):
    officer = account_of("committee_officer", college.committee)
    lines = sheets.make_sheet(actor=officer, organization=college.committee, renew=True, today=today)
    assert sorted((line.place, line.name, line.username) for line in lines) == [
        ("信息工程系党支部", "李四", "1002"),
        ("机电工程系党支部", "张三", "1001"),
    ]
    member = Account.objects.get(username="1001")
    assert permits(member, "members.read", member=college.zhang)
    assert not permits(member, "members.read", member=college.li)
    with pytest.raises(Refused) as refusal:
        sheets.make_sheet(actor=officer, organization=college.committee, renew=False, today=today)
    assert refusal.value.code == "access.sheet_empty"


def test_every_rule_names_a_role_and_what_is_not_in_the_table_is_not_allowed():
    assert {rule.role for rule in TABLE} == set(ROLES)
    assert all(not scopes(role, "something.else") for role in ROLES)
    assert not scopes("no such role", "members.read")
    assert all(
        not scopes(role, verb)
        for role in ("auditor", "superior")
        for verb in ("members.change", "access.grant")
    )


def test_first_use_and_signing_in_by_the_pages(client, fresh):
    account, code = fresh
    form = {"username": "1001", "code": code, "password": PASSWORD, "again": PASSWORD}
    assert client.post(reverse("activate"), form | {"again": "different"}).status_code == 422
    assert client.post(reverse("activate"), form).headers["Location"] == reverse("account_login")
    answer = client.post(reverse("account_login"), {"login": "1001", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == account.pk
    assert (
        f"{account}，已登录。" in client.get(reverse("account_own")).content.decode()
    )  # by name, in our words


def test_guessing_is_stopped_even_with_the_right_password_then(client, fresh, settings):
    account, code = fresh
    settings.AXES_ENABLED = True
    accounts.activate(username="1001", code=code, password=PASSWORD)
    address = reverse("account_login")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post(address, {"login": "1001", "password": "wrong"})
    assert answer.status_code == 429
    assert "access.locked" in answer.content.decode()
    assert client.post(address, {"login": "1001", "password": PASSWORD}).status_code == 429
    assert client.post(address, {"login": "1001 ", "password": PASSWORD}).status_code == 429
    assert "_auth_user_id" not in client.session


def test_a_lock_holds_for_that_name_only(client, fresh, settings, college, system):
    _, code = fresh
    settings.AXES_ENABLED = True
    accounts.activate(username="1001", code=code, password=PASSWORD)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post(reverse("account_login"), {"login": "somebody", "password": "wrong"})
    assert client.post(reverse("account_login"), {"login": "1001", "password": PASSWORD}).status_code == 302
    assert "_auth_user_id" in client.session


def test_behind_a_proxy_nobody_is_locked_out_by_what_another_tries(client, fresh, settings):
    """Behind a proxy every request comes from it: who asks is the last address that it names, not one made up."""
    _, code = fresh
    settings.AXES_ENABLED, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    accounts.activate(username="1001", code=code, password=PASSWORD)
    wrong, right = {"login": "1001", "password": "wrong"}, {"login": "1001", "password": PASSWORD}
    for number in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post(
            reverse("account_login"), wrong, headers={"X-Forwarded-For": f"10.1.1.{number}, 10.9.9.9"}
        )
    assert answer.status_code == 429
    answer = client.post(reverse("account_login"), right, headers={"X-Forwarded-For": "10.2.2.2"})
    assert answer.status_code == 302


def test_signing_in_without_a_request_needs_no_address(client, fresh, settings):
    """As the benchmarks do, where wrong tries are counted as in a deployment."""
    account, _ = fresh
    settings.AXES_ENABLED = True
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.session["_auth_user_id"] == account.pk


def test_the_second_step_is_set_up_and_then_asked_for(client, fresh, django_capture_on_commit_callbacks):
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal import auth as totp

    account, code = fresh
    accounts.activate(username="1001", code=code, password=PASSWORD)
    sign_in = {"login": "1001", "password": PASSWORD}
    client.post(reverse("account_login"), sign_in)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret

    def now() -> str:
        return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": now()}).status_code == 302
    assert Authenticator.objects.filter(user=account).count() == 2
    assert secret not in str(list(Authenticator.objects.values()))  # sealed: no backup gives it away
    assert LogRow.objects.filter(verb="access.factor", object=account.pk).exists()
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    client.logout()
    answer = client.post(reverse("account_login"), sign_in)
    assert answer.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    codes = Authenticator.objects.get(user=account, type="recovery_codes").wrap().get_unused_codes()
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert client.session["_auth_user_id"] == account.pk
    assert get_adapter().is_mfa_enabled(account)


def test_a_stopped_account_is_out_at_once(client, college, account_of, system):
    officer = account_of("committee_officer", college.committee)
    client.force_login(officer)
    assert client.get(reverse("organization_tree")).status_code == 200
    accounts.set_active(actor=system, account=officer, active=False)
    assert client.get(reverse("organization_tree")).status_code == 302


def test_the_last_administrator_stays(college, account_of, system, today):
    first = account_of("administrator", college.committee, username="first")
    with pytest.raises(Refused) as refusal:
        accounts.revoke(actor=first, given=first.grants.get(), until=today)
    assert refusal.value.code == "access.last_administrator"
    second = account_of("administrator", college.committee, username="second")
    accounts.set_active(actor=first, account=second, active=False)
    with pytest.raises(Refused):  # who is stopped cannot give it again
        accounts.revoke(actor=first, given=first.grants.get(), until=today)
    accounts.set_active(actor=first, account=second, active=True)
    accounts.revoke(actor=first, given=first.grants.get(), until=today)
    assert not permits(first, "access.grant_any", college.committee)
    assert permits(second, "access.grant_any", college.committee)


def test_an_administrator_of_another_committee_does_not_count(college, account_of, today):
    own = account_of("administrator", college.committee, username="own")
    account_of("administrator", college.other, username="other")
    with pytest.raises(Refused) as refusal:
        accounts.revoke(actor=own, given=own.grants.get(), until=today)
    assert refusal.value.code == "access.last_administrator"


def test_codes_of_many_are_not_tried_from_one_address(client, fresh, settings):
    """Five wrong tries void a code: nobody is to void those of a whole college."""
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"wrong_codes": "3/10m/ip"}
    _, code = fresh
    form = {"code": "WRONG", "password": PASSWORD, "again": PASSWORD}
    for number in range(3):
        answer = client.post(reverse("activate"), form | {"username": f"20{number}"})
        assert "access.code_wrong" in answer.content.decode()
    right = {"username": "1001", "code": code, "password": PASSWORD, "again": PASSWORD}
    assert "access.codes_tried" in client.post(reverse("activate"), right).content.decode()
    answer = client.post(reverse("activate"), right, REMOTE_ADDR="10.1.1.9")
    assert answer.status_code == 302


def test_too_many_tries_are_answered_in_words(client, fresh, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    form = {"login": "1001", "password": "wrong"}
    client.post(reverse("account_login"), form)
    answer = client.post(reverse("account_login"), form)
    assert answer.status_code == 429
    assert "请稍后再试" in answer.content.decode()


@pytest.mark.parametrize(
    "back", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x"]
)
def test_after_undoing_nobody_is_led_away(client, college, account_of, back):
    client.force_login(account_of("administrator", college.committee))
    deed = LogRow.objects.latest("number").deed
    answer = client.post(reverse("undo_deed", args=[deed]), {"back": back})
    assert answer.headers["Location"] == "/"
