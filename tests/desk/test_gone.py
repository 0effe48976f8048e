"""What no pack has any more: pages asked for it say what, why and how to mend it, and leak nothing."""

from __future__ import annotations

import re
import shutil
from datetime import date

import pytest
from django.urls import reverse

from zhibu.desk import findings
from zhibu.norm.read import SHIPPED
from zhibu.registers.organizations.models import FirstDayOfUse

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(in_use, account_of, client):
    client.force_login(account_of("committee_officer", in_use.committee))
    return client


def read(client, address, status=404):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_a_duty_that_is_gone_is_told_with_those_that_are_near(officer):
    text = read(officer, "/norm/study.weeky/")
    assert "没有工作要求“study.weeky”" in text
    assert "可能改了名" in text
    assert "study.weekly" in text
    assert "desk.duty_gone" in text
    assert "没有工作要求“old”" in read(officer, "/norm/old/someone/2026/")
    assert "没有工作要求" in read(officer, "/norm/old/?day=2025-01-01")


def test_a_finding_that_is_none_is_the_same_page_as_one_out_of_reach(officer, in_use):
    def shown(subject):
        return re.sub(
            r"csrf[^>]*|X-CSRFToken[^>]*", "", read(officer, f"/norm/study.weekly/{subject}/2026-W40/")
        )

    none, foreign = shown("nobody"), shown(in_use.far.pk)
    assert "没有这一页" in none
    assert none == foreign


def test_a_day_on_which_the_norm_did_not_stand_yet_is_answered(officer):
    text = read(officer, "/norm/?day=1999-12-31", 200)
    assert "不能显示 1999-12-31 的情形" in text
    assert "不是日期" in read(officer, "/norm/study.weekly/?day=2026-13-45", 200)
    assert officer.get("/norm/?day=2004-05-05").status_code == 200


def test_a_reading_and_kinds_that_are_gone(officer):
    assert "没有口径“old”" in read(officer, "/readings/old/")
    assert "没有佐证种类“old.kind”" in read(officer, f"{reverse('evidence_add')}?kind=old.kind")
    assert "没有佐证种类" in read(officer, f"{reverse('evidence_sheet')}?kind=old.kind")
    assert "没有活动类型“old.kind”" in read(officer, f"{reverse('activity_record')}?kind=old.kind", 200)
    assert "没有工作要求“old.duty”" in read(officer, f"{reverse('exemptions:new')}?duty=old.duty", 200)


def test_a_pack_that_is_followed_but_not_installed_is_told_where_nothing_is_checked(
    in_use, account_of, client
):
    FirstDayOfUse.objects.filter(organization=in_use.committee).update(pack="jiude")
    findings.forget()
    for role, place in (("committee_officer", in_use.committee), ("branch_secretary", in_use.one)):
        client.force_login(account_of(role, place))
        for address in ("/desk/", "/findings/", "/norm/"):
            text = client.get(address).content.decode()
            assert "没有装这个规范包" in text, (role, address)
            assert "jiude" in text
    client.force_login(account_of("committee_officer", in_use.other))
    assert "jiude" not in client.get("/desk/").content.decode()


def test_a_pack_broken_while_the_site_runs_is_told_on_the_page_and_mended_by_that_alone(
    settings, tmp_path, in_use, account_of, client
):
    copy = tmp_path / "transit"
    shutil.copytree(SHIPPED / "transit", copy)
    settings.NORMS = str(copy)
    FirstDayOfUse.objects.filter(organization=in_use.committee).update(since=date(2026, 1, 1))
    client.force_login(account_of("branch_secretary", in_use.one))
    assert client.get("/desk/").status_code == 200
    article = copy / "articles" / "03.yaml"
    sound = article.read_text(encoding="utf-8")
    article.write_text(sound.replace("kinds: [shift.briefing]", "kinds: [shift.breifing]"), encoding="utf-8")
    text = read(client, "/desk/", 503)
    assert "规范包有错，暂时不能检查" in text
    assert "transit/articles/03.yaml" in text
    assert str(tmp_path) not in text
    # what the message says is enough to mend it
    assert "shift.briefing" in text
    article.write_text(
        article.read_text(encoding="utf-8").replace("shift.breifing", "shift.briefing"), encoding="utf-8"
    )
    assert client.get("/desk/").status_code == 200
