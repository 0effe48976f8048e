"""Under another master key nothing is written, nothing is served, and what to do is said in plain words."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from django.urls import reverse

from zhibu.access import chain, sealing
from zhibu.access.keys import KeyUnusable
from zhibu.registers.members import actions as members
from zhibu.registers.members.models import Member

OTHER = base64.urlsafe_b64encode(b"k" * 32).decode()


@pytest.fixture
def officer(college, account_of):
    return account_of("committee_officer", college.committee)


@pytest.fixture
def another_key(college, monkeypatch):
    """The key is exchanged while data stands that the first one sealed."""
    sealing.check_key()
    monkeypatch.setenv("ZHIBU_KEY", OTHER)
    sealing._derived.cache_clear()
    yield
    sealing._derived.cache_clear()


@pytest.mark.django_db
def test_nothing_is_sealed_under_another_key_beside_what_there_is(college, system, today, another_key):
    before = chain.data_version(), Member.objects.count()
    with pytest.raises(KeyUnusable):
        members.add(actor=system, organization=college.one, since=today, today=today, name="钱七")
    assert (chain.data_version(), Member.objects.count()) == before


@pytest.mark.django_db
def test_a_page_that_cannot_be_opened_says_why(college, officer, client, another_key):
    client.force_login(officer)
    answer = client.get(reverse("member", args=[college.zhang.pk]))
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "access.key_unusable" in page
    assert "主密钥不是封存时的那一把" in page


@pytest.mark.xdist_group("houses")
@pytest.mark.parametrize("words", [("migrate",), ("serve", "--port", "0")])
def test_no_command_runs_with_it(migrated, tmp_path, words):
    surroundings = migrated.on_sqlite(tmp_path) | {"ZHIBU_KEY": OTHER}
    told = subprocess.run(
        [sys.executable, "-m", "zhibu", *words], env=surroundings, capture_output=True, text=True, timeout=60
    )
    assert told.returncode != 0
    assert "主密钥不是这个数据库封存时的那一把" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [("ZHIBU_KEY", "garbage", "不是有效的主密钥"), ("DATABASE_URL", "mysql://x", "不认识 mysql://")],
)
def test_a_setting_that_is_none_is_told_without_the_programs_insides(tmp_path, name, text, said):
    from tests.houses import environment

    told = subprocess.run(
        [sys.executable, "-m", "zhibu", "migrate"],
        env=environment(tmp_path) | {name: text},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 1
    assert told.stderr.startswith("错误：")
    assert said in told.stderr
    assert "Traceback" not in told.stderr
