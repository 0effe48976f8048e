"""The pages of notices: write, check, send, read, act, follow up; what is not one's own is not there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.registers.notices.conftest import PDF, at, receipt
from zhibu.registers.notices import actions
from zhibu.registers.notices.actions import Answer, Line
from zhibu.registers.notices.models import Attachment, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES = tmp_path


@pytest.fixture
def browse(client):
    """Signs an account in."""

    def sign_in(account):
        client.force_login(account)
        return client

    return sign_in


def form(college, **values):
    return {
        "type": "notice", "title": "关于报送名单的通知", "asked": "act", "remind_before": "3", "whom": "secretary",
        "organizations": [college.one.pk, college.two.pk], "body": "请报送。", "demand": "报送名单",
    } | values  # fmt: skip


def test_a_notice_is_written_checked_and_sent(browse, college, people, today):
    browser = browse(people.officer)
    page = browser.post(reverse("notice_new"), form(college), follow=True)
    notice = Notice.objects.get()
    text = page.content.decode()
    assert "发送给 2 人" in text
    assert "机电工程系党支部、信息工程系党支部（书记）" in text
    browser.post(reverse("notice_attach", args=[notice.pk]), {"file": SimpleUploadedFile("附件.pdf", PDF)})
    browser.post(
        reverse("notice_edit", args=[notice.pk]),
        form(college, title="改过的标题", names="赵六，1002", organizations=[college.one.pk]),
    )
    notice.refresh_from_db()
    assert notice.title == "改过的标题"
    assert sorted(notice.addressees.values_list("type", flat=True)) == ["member", "member", "organization"]
    page = browser.post(reverse("notice_send", args=[notice.pk]), follow=True)
    assert "已发送" in page.content.decode()
    assert notice.recipients.count() == 3
    again = browser.post(reverse("notice_send", args=[notice.pk]), follow=True)
    assert "没有改动" in again.content.decode()
    assert notice.recipients.count() == 3


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": ""}, "必填"),
        ({"type": "document"}, "发文单位"),
        ({"deadline": "2026-01-01"}, "截止日期已过"),
        ({"deadline": "2226-01-01"}, "请核对年份"),
        ({"names": "查无此人"}, "不在"),
        ({"names": "王五"}, "不在"),
        ({"names": "x," * 300}, "200 人"),
        ({"remind_before": "99"}, "60"),
        ({"organizations": ["forged"]}, "forged"),
        ({"groups": ["everyone"]}, "everyone"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(browse, college, people, values, said):
    answer = browse(people.officer).post(reverse("notice_new"), form(college, **values))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Notice.objects.exists()


def test_two_of_a_name_are_told_apart_by_their_numbers(browse, college, people, system, today):
    from zhibu.registers.members import actions as members

    members.add(
        actor=system, organization=college.two, since=college.began, today=today, name="赵六", number="1009",
        category="staff",
    )  # fmt: skip
    browser = browse(people.officer)
    answer = browser.post(reverse("notice_new"), form(college, names="赵六"))
    assert "请改写学工号" in answer.content.decode()
    browser.post(reverse("notice_new"), form(college, names="1009"))
    assert Notice.objects.get().addressees.filter(type="member").count() == 1


def test_a_secretary_writes_for_the_own_branch(browse, college, people):
    browser = browse(people.zhang)
    page = browser.get(reverse("notice_new")).content.decode()
    assert "信息工程系党支部" not in page
    answer = browser.post(reverse("notice_new"), form(college))
    assert answer.status_code == 422
    # Another's organization in the address is left out.
    page = browser.get(reverse("notice_new"), {"organization": college.committee.pk})
    assert page.context["sender"].pk == college.one.pk
    assert browse(people.member).get(reverse("notice_new")).status_code == 403


def test_a_get_writes_nothing_and_one_touch_reads(browse, sent, college, people):
    notice = sent()
    browser = browse(people.zhang)
    browser.get(reverse("notice", args=[notice.pk]))
    assert receipt(notice, college.zhang).read is None
    assert browser.get(reverse("notice_read", args=[notice.pk])).status_code == 405
    page = browser.post(reverse("notice_read", args=[notice.pk]), follow=True)
    assert receipt(notice, college.zhang).read is not None
    assert "撤回" in page.content.decode()


def test_acting_with_a_file_that_others_do_not_get(browse, sent, college, people):
    notice = sent(asked="act")
    browser = browse(people.zhang)
    address = reverse("notice_act", args=[notice.pk])
    assert "办理情况" in browser.get(address).content.decode()
    assert browser.post(address, {"answer": ""}).status_code == 422
    bad = SimpleUploadedFile("病毒.exe", b"MZ")
    assert browser.post(address, {"answer": "已办", "file": bad}).status_code == 409
    assert receipt(notice, college.zhang).acted is None
    browser.post(address, {"answer": "已办", "file": SimpleUploadedFile("回执.pdf", PDF)})
    row = receipt(notice, college.zhang)
    file = reverse("notice_file", args=[row.files.get().pk])
    assert browser.get(file).status_code == 200
    assert browse(people.officer).get(file).status_code == 200
    assert browse(people.li).get(file).status_code == 404
    assert browse(people.member).get(file).status_code == 404


def test_files_of_a_withdrawn_notice_are_shut(browse, written, college, people, today):
    notice = written()
    file = actions.attach_file(actor=people.officer, notice=notice, name="附件.pdf", data=PDF, today=today)
    address = reverse("notice_file", args=[file.pk])
    assert browse(people.zhang).get(address).status_code == 404  # still a draft
    actions.send(actor=people.officer, notice=notice, now=at(today))
    assert browse(people.zhang).get(address).status_code == 200
    assert browse(people.member).get(address).status_code == 404
    actions.mark_read(actor=people.zhang, recipient=receipt(notice, college.zhang), now=at(today))
    actions.withdraw(actor=people.officer, notice=notice, reason="附件有误", now=at(today))
    browser = browse(people.zhang)
    assert browser.get(address).status_code == 404
    page = browser.get(reverse("notice", args=[notice.pk])).content.decode()
    assert "附件有误" in page
    assert "请各支部报送" not in page
    assert browse(people.li).get(reverse("notice", args=[notice.pk])).status_code == 404
    assert browse(people.officer).get(address).status_code == 200


def test_who_lost_the_office_no_longer_sees_the_branchs_receipts(
    browse, sent, college, people, system, today
):
    from zhibu.access import accounts

    notice = sent(lines=[Line("organization", college.one.pk, "members")])
    address = reverse("notice_receipts", args=[notice.pk])
    assert browse(people.zhang).get(address).context["shown"].total == 2
    accounts.revoke(actor=system, given=people.zhang.grants.get(), until=today)
    browser = browse(people.zhang)
    assert browser.get(address).status_code == 404
    assert browser.get(reverse("notice", args=[notice.pk])).status_code == 200  # as a member, the own


def test_receipts_are_listed_narrowed_exported_and_urged(browse, sent, college, people, today):
    notice = sent(asked="act", lines=[Line("group", "all")], deadline=today + timedelta(days=1))
    actions.act(
        actor=people.zhang, recipient=receipt(notice, college.zhang), answer=Answer("=1+1"), now=at(today)
    )
    browser = browse(people.officer)
    address = reverse("notice_receipts", args=[notice.pk])

    def shown(**asked):
        page = browser.get(address, asked)
        assert page.context["shown"].notices == [], asked
        return page.context["shown"].total

    assert shown() == 3
    assert shown(state="waiting") == 2
    assert shown(state="acted") == 1
    assert shown(organization=college.two.pk) == 1
    assert shown(q="赵六") == 1
    for column in ("person", "place_name", "capacity", "asked", "read", "acted"):
        assert shown(sort=column) == 3
    assert browser.get(address, {"export": "xlsx"}).content[:2] == b"PK"
    text = browser.get(address).content.decode()
    assert "没有账号，请另行告知" not in text
    assert "催办 2 人" in text
    urged = browser.post(reverse("notice_urge", args=[notice.pk]), follow=True).content.decode()
    assert "已催办" in urged
    assert "已提醒 1 次" in urged
    again = browser.post(reverse("notice_urge", args=[notice.pk]), follow=True).content.decode()
    assert "今天已经催办过" in again


def test_a_receipt_is_entered_by_who_may(browse, sent, college, people):
    notice = sent(asked="act", lines=[Line("organization", college.one.pk, "members")])
    address = reverse("notice_enter", args=[receipt(notice, people.zhao).pk])
    assert browse(people.li).get(address).status_code == 404
    assert browse(people.member).get(address).status_code == 404
    browse(people.zhang).post(address, {"how": "当面传达", "answer": "已学习"})
    row = receipt(notice, people.zhao)
    assert (row.answer, row.entered_how) == ("已学习", "当面传达")


def test_the_list_shows_each_reader_what_is_theirs(browse, sent, college, people, today):
    notice = sent(asked="act", deadline=today + timedelta(days=3))
    actions.mark_read(actor=people.zhang, recipient=receipt(notice, college.zhang), now=at(today))

    def row(account, **asked):
        page = browse(account).get(reverse("notice_list"), asked)
        rows = page.context["shown"].rows
        return [{cell["title"]: str(cell["shown"]) for cell in one} for one in rows]

    assert [(one["已阅"], one["已办"]) for one in row(people.officer)] == [("1/2", "0/2")]
    assert [(one["已阅"], one["我的回执"]) for one in row(people.zhang)] == [("", "已阅未办")]
    assert len(row(people.zhang, mine="waiting")) == 1
    assert len(row(people.officer, mine="waiting")) == 0
    assert row(people.member) == []
    assert len(row(people.officer, mine="sent", year=str(today.year))) == 1
    assert row(people.officer, mine="late") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_many(browse, sent, people, count, django_assert_num_queries):
    for _ in range(count):
        sent()
    browser = browse(people.officer)
    browser.get(reverse("notice_list"))
    with django_assert_num_queries(8):
        assert browser.get(reverse("notice_list")).context["shown"].total == count


@pytest.mark.parametrize("count", [1, 3])
def test_receipts_take_the_same_queries_however_many(
    browse, sent, college, people, count, django_assert_num_queries
):
    lines = [Line("member", one.pk) for one in (college.zhang, college.li, people.zhao)[:count]]
    notice = sent(lines=lines)
    browser = browse(people.officer)
    address = reverse("notice_receipts", args=[notice.pk])
    browser.get(address)
    with django_assert_num_queries(11):
        assert browser.get(address).context["shown"].total == count


@pytest.mark.parametrize("name", ["notice", "notice_receipts", "notice_read", "notice_act", "notice_send"])
def test_forged_ids_are_not_there(browse, people, name):
    browser = browse(people.officer)
    address = reverse(name, args=["forged"])
    assert 404 in (browser.get(address).status_code, browser.post(address).status_code)
    assert not Attachment.objects.exists()


def test_a_draft_is_nobody_elses(browse, written, college, people):
    notice = written()
    for other in (people.zhang, people.member):
        assert browse(other).get(reverse("notice", args=[notice.pk])).status_code == 404
    assert browse(people.officer).get(reverse("notice_receipts", args=[notice.pk])).status_code == 404
    page = browse(people.officer).post(reverse("notice_discard", args=[notice.pk]), follow=True)
    assert "草稿已删除" in page.content.decode()
    assert not Notice.objects.exists()


def test_the_command_and_the_worker_remind(sent, people, today, monkeypatch, capsys):
    from zhibu.cli import main
    from zhibu.jobs import worker

    sent(asked="act", deadline=today + timedelta(days=1), now=at(today - timedelta(days=2)))
    assert main(["remind"]) == 0
    assert "已提醒 2 人次" in capsys.readouterr().out
    worker.clean()
    assert main(["remind"]) == 0
    assert "已提醒 0 人次" in capsys.readouterr().out


def test_the_log_tells_a_notice_in_words(browse, written, college, people):
    from zhibu.access.models import LogRow

    notice = written(type="document", issuer="市委组织部")
    row = LogRow.objects.get(object=notice.pk)
    text = browse(people.officer).get(reverse("log_row", args=[row.pk])).content.decode()
    assert "起草通知" in text
    assert "机电工程系党支部、信息工程系党支部（书记）" in text
    assert college.one.pk not in text.replace(f"/organizations/{college.one.pk}/", "")
    # A draft is no matter of those to whom it will go.
    assert browse(people.zhang).get(reverse("log_row", args=[row.pk])).status_code == 404


def test_search_finds_what_the_reader_may_see_and_nothing_withdrawn(
    browse, written, college, people, account_of, today
):
    notice = written(title="关于党员发展的通知", number="示组发〔2026〕9号")
    actions.attach_file(actor=people.officer, notice=notice, name="发展计划.pdf", data=PDF, today=today)

    def found(account, text):
        page = browse(account).get(reverse("desk:search"), {"q": text})
        sections = {one.title: len(one.lines) for one in page.context["sections"]}
        return sections.get("通知文件", 0), sections.get("附件", 0)

    assert found(people.officer, "发展") == (1, 1)
    assert found(people.zhang, "发展") == (0, 0)  # a draft
    actions.send(actor=people.officer, notice=notice, now=at(today))
    assert found(people.zhang, "发展") == (1, 1)
    assert found(people.zhang, "gydyfz") == (1, 0)
    assert found(people.li, "9号")[0] == 1
    assert found(people.member, "发展") == (0, 0)
    assert found(account_of("committee_officer", college.other), "发展") == (0, 0)
    actions.withdraw(actor=people.officer, notice=notice, reason="有误", now=at(today))
    assert found(people.zhang, "发展") == (0, 0)
    assert found(people.officer, "发展") == (1, 1)
