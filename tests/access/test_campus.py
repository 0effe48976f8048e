"""Campus sign-on end to end: `zhibu serve` with ZHIBU_OIDC_* set and a real provider on loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.access.identity_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.xdist_group("houses")

ROOT = Path(__file__).resolve().parents[2]

SEED = """
import django; django.setup()
from datetime import date
from zhibu.access import accounts, system_account
from zhibu.registers.members import actions as members
from zhibu.registers.organizations import actions as organizations
system, began, today = system_account(), date(2020, 1, 1), date(2026, 11, 23)
made = lambda name, kind, parent=None: organizations.establish(
    actor=system, name=name, kind=kind, parent=parent, category="staff" if kind == "branch" else None, since=began)
one = made("机电支部", "branch", made("示例党委", "committee"))
def person(name, number, username, role="branch_secretary"):
    member = members.add(actor=system, organization=one, since=began, today=today, name=name, number=number)
    account = accounts.create_account(actor=system, username=username, member=member)
    accounts.grant(actor=system, account=account, role=role, organization=one, since=began)
    return account
person("张三", "1001", "zhangsan")
accounts.set_active(actor=system, account=person("李四", "1002", "1002"), active=False)
accounts.create_account(actor=system, username="shenji", name="审计")
accounts.create_account(actor=system, username="1004", name="另一人")
person("赵六", "1004", "zhaoliu")
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
TOTP.activate(person("孙七", "1005", "1005"), generate_totp_secret())
"""

#: Says what stands at every line it is given.
READ = """
import django; django.setup()
import json, sys
from zhibu.access import chain
from zhibu.access.models import Account, LogRow
from allauth.socialaccount.models import SocialAccount, SocialToken
for _ in sys.stdin:
    rows = LogRow.objects.filter(verb__startswith="access.campus").order_by("number")
    print(json.dumps({
        "rows": [(row.verb, row.actor, row.object, (chain.change_of(row)["after"] or {}).get("why")) for row in rows],
        "accounts": Account.objects.count(),
        "kept": SocialAccount.objects.count() + SocialToken.objects.count(),
        "whole": chain.verify() is None,
        "ids": {account.username: account.pk for account in Account.objects.all()},
    }), flush=True)
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class House:
    """A deployment of its own with campus sign-on switched on."""

    def __init__(self, surroundings, provider):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = surroundings | {
            "ZHIBU_OIDC_SERVER": provider.issuer,
            "ZHIBU_OIDC_CLIENT": CLIENT,
            "ZHIBU_OIDC_SECRET": SECRET,
            "ZHIBU_OIDC_NAME": "智慧校园",
            "DJANGO_SETTINGS_MODULE": "zhibu.site.settings",
        }
        self.run("-m", "zhibu", "migrate")  # the tables of campus sign-on
        self.run("-c", SEED)
        self.process = self.begin("-m", "zhibu", "serve", "--port", str(self.port))
        self.reader = self.begin("-c", READ, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(300):
            try:
                requests.get(f"{self.address}/accounts/login/", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.2)

    def begin(self, *words, **pipes):
        return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.environment, text=True, **pipes)

    def run(self, *words):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def read(self):
        self.reader.stdin.write("\n")
        self.reader.stdin.flush()
        return json.loads(self.reader.stdout.readline())

    def close(self):
        self.reader.stdin.close()
        self.process.terminate()
        for one in (self.process, self.reader):
            one.wait(20)

    def sign_in(self, path="/accounts/oidc/campus/login/"):
        """A browser that follows every redirect; gives the last answer and the browser."""
        browser = requests.Session()
        return browser.get(self.address + path, timeout=30), browser


@pytest.fixture(scope="module")
def provider():
    found = Provider().start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def house(provider, migrated, tmp_path_factory):
    found = House(migrated.on_sqlite(tmp_path_factory.mktemp("campus")), provider)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def _fresh(provider):
    provider.reset()


@pytest.mark.parametrize("algorithm", ["RS256", "HS256"])
def test_who_has_an_account_is_signed_in_to_it(house, provider, algorithm):
    provider.algorithm = algorithm
    before = house.read()
    page = requests.get(f"{house.address}/accounts/login/", timeout=30).text
    assert "用智慧校园登录" in page
    assert "/accounts/oidc/campus/login/" in page
    answer, browser = house.sign_in()
    assert answer.status_code == 200
    assert "张三" in browser.get(f"{house.address}/accounts/", timeout=30).text
    # What was asked of the campus: no more than who it is, bound to this browser and this sign-in.
    (asked,) = provider.asked
    assert set(asked["scope"].split()) == {"openid", "profile"}
    assert asked["redirect_uri"] == f"{house.address}/accounts/oidc/campus/login/callback/"
    assert asked["code_challenge_method"] == "S256"
    after = house.read()
    zhangsan = after["ids"]["zhangsan"]
    assert after["rows"][len(before["rows"]) :] == [["access.campus", zhangsan, zhangsan, None]]
    assert (after["accounts"], after["kept"], after["whole"]) == (before["accounts"], 0, True)


def test_an_account_without_a_member_is_found_by_its_username(house, provider):
    provider.claims = {"sub": "u-9", "preferred_username": "ShenJi"}
    answer, browser = house.sign_in()
    assert "审计" in browser.get(f"{house.address}/accounts/", timeout=30).text


def test_the_second_factor_is_asked_for_all_the_same(house, provider):
    provider.claims = {"sub": "u-5", "preferred_username": "1005"}
    answer, browser = house.sign_in()
    assert "/accounts/factor/authenticate/" in answer.url
    assert "/accounts/factor/authenticate/" in browser.get(f"{house.address}/accounts/", timeout=30).url


@pytest.mark.parametrize(
    ("claims", "code", "said"),
    [
        ({"preferred_username": "9999"}, "campus_no_account", "没有账号"),
        ({"preferred_username": "1002"}, "campus_account_off", "已停用"),
        ({"preferred_username": "1004"}, "campus_two", "不止一个账号"),
        ({"preferred_username": "system"}, "campus_no_account", "没有账号"),
        ({"preferred_username": "<b>x</b>"}, "campus_no_account", "&lt;b&gt;x&lt;/b&gt;"),
        ({}, "campus_no_number", "没有给出学工号"),
    ],
)
def test_who_has_none_is_refused_with_what_to_do_and_it_is_logged(house, provider, claims, code, said):
    provider.claims = {"sub": "u-2", **claims}
    before = house.read()
    answer, browser = house.sign_in()
    assert answer.status_code == 403
    for word in ("没有登录", said, "请联系", f"access.{code}"):
        assert word in answer.text
    assert "/accounts/login/" in browser.get(f"{house.address}/accounts/", timeout=30).url
    after = house.read()
    (row,) = after["rows"][len(before["rows"]) :]
    assert (row[0], row[1], row[3]) == ("access.campus_refused", "system", code)
    assert (after["accounts"], after["whole"]) == (before["accounts"], True)


@pytest.mark.parametrize("algorithm", ["RS256", "HS256"])
@pytest.mark.parametrize("tamper", ["key", "audience", "issuer", "expired", "subject", "unsigned", "missing"])
def test_a_token_that_cannot_be_trusted_signs_nobody_in(house, provider, algorithm, tamper):
    provider.algorithm, provider.tamper = algorithm, tamper
    answer, browser = house.sign_in()
    assert answer.status_code == 403
    assert "access.campus_invalid" in answer.text
    assert "/accounts/login/" in browser.get(f"{house.address}/accounts/", timeout=30).url


def test_cancelled_there_it_says_so_here(house, provider):
    provider.cancel = True
    answer, _ = house.sign_in()
    assert answer.status_code == 403
    assert "取消了登录" in answer.text


def test_a_campus_that_does_not_answer_is_said_and_the_password_still_works(house, provider):
    provider.broken = True
    answer, _ = house.sign_in()
    assert answer.status_code == 409
    assert "没有应答" in answer.text
    assert requests.get(f"{house.address}/accounts/login/", timeout=30).status_code == 200


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(house, provider):
    """Somebody else's code, sent to a victim's browser, signs it in to nothing."""
    browser = requests.Session()
    away = browser.get(f"{house.address}/accounts/oidc/campus/login/", timeout=30, allow_redirects=False)
    back = requests.get(away.headers["Location"], timeout=30, allow_redirects=False).headers["Location"]
    assert parse_qs(urlsplit(back).query)["code"]
    stranger = requests.Session()
    answer = stranger.get(back, timeout=30)
    assert answer.status_code == 403
    assert "/accounts/login/" in stranger.get(f"{house.address}/accounts/", timeout=30).url


def test_nothing_else_of_it_has_an_address(house):
    for path in ("signup/", "connections/", "login/cancelled/"):
        for below in ("/accounts/campus/", "/accounts/oidc/campus/", "/accounts/social/"):
            where = requests.get(house.address + below + path, timeout=30, allow_redirects=False)
            assert where.status_code in (302, 404), where.url
            assert where.status_code == 404 or "/accounts/login/" in where.headers["Location"]
    assert requests.get(f"{house.address}/accounts/oidc/other/login/", timeout=30).status_code == 404


def test_the_address_of_the_campus_must_be_https(house):
    environment = {**house.environment, "ZHIBU_OIDC_SERVER": "http://sso.example.edu.cn"}
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "https://" in done.stderr


def test_switched_off_there_is_no_table_and_no_address(client, db):
    from django.conf import settings
    from django.db import connection

    assert "allauth.socialaccount" not in settings.INSTALLED_APPS
    assert not [name for name in connection.introspection.table_names() if name.startswith("socialaccount")]
    assert client.get("/accounts/oidc/campus/login/").status_code == 404
