"""`zhibu administrator`: from an empty deployment to someone who can sign in."""

from __future__ import annotations

from zhibu.access import accounts, permits
from zhibu.access.models import Account
from zhibu.commands.administrator import begin
from zhibu.registers.organizations.models import Organization


def test_the_first_account_can_be_activated_and_may_begin(db, today):
    code = begin("admin", "示例学院党委", None)
    account = accounts.activate(username="admin", code=code, password="a long enough passphrase")
    committee = Organization.objects.on(today).get()
    assert committee.name == "示例学院党委"
    for verb in ("access.grant", "organizations.establish", "members.add", "activities.record"):
        assert permits(account, verb, committee)


def test_again_it_makes_nothing_twice_and_gives_a_new_code(db, today):
    begin("admin", "示例学院党委", None)
    code = begin("Admin", "示例学院党委", None)
    assert Account.objects.exclude(pk="system").count() == 1
    assert Organization.objects.count() == 1
    assert accounts.activate(username="admin", code=code, password="a long enough passphrase").pk


def test_the_days_of_setting_up_are_nobodys_fault(db, today, client):
    from datetime import date

    from zhibu.registers.organizations.models import FirstDayOfUse

    code = begin("admin", "示例学院党委", None)
    assert FirstDayOfUse.objects.get().since == date(2026, 12, 1)
    account = accounts.activate(username="admin", code=code, password="a long enough passphrase")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/").headers["Location"] == "/setup/"
    page = client.get("/norm/").content.decode()
    assert "启用日期是 2026年12月1日" in page
    assert "cell missed" not in page


def test_the_first_day_can_be_named(db, today):
    from datetime import date

    from zhibu.registers.organizations.models import FirstDayOfUse

    begin("admin", "示例学院党委", None, date(2026, 9, 1))
    begin("admin", "示例学院党委", None, date(2026, 10, 1))
    assert FirstDayOfUse.objects.get().since == date(2026, 9, 1)
