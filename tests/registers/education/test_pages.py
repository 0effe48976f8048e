"""The pages of study through Django's client: forms, what is typed wrong, reading on to the next, queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.registers.education.conftest import PDF, Q4, events
from zhibu.registers.education import actions, kinds, rules
from zhibu.registers.education.models import Line, Reflection, Sheet, Training
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client, secretary):
    """The secretary's client."""
    client.force_login(secretary)
    return client


@pytest.fixture
def own(client, member):
    """赵六's client."""
    client.force_login(member)
    return client


def test_a_member_hands_in_a_file_and_nothing_is_refused(own, college, zhao):
    address = reverse("education_reflection_new")
    assert own.get(f"{address}?organization={college.two.pk}").status_code == 404
    empty = own.post(address, {"period": Q4.name})
    assert empty.status_code == 409
    assert "没有正文，也没有附件" in empty.content.decode()
    assert own.post(address, {"period": "2030-Q1", "body": "三点"}).status_code == 422
    sent = {"period": Q4.name, "file": SimpleUploadedFile("心得.pdf", PDF)}
    assert own.post(address, sent).status_code == 302
    row = Reflection.objects.get()
    assert (row.member, row.stage, row.attachments.get().name) == (zhao, "handed", "心得.pdf")
    answer = own.get(reverse("education_file", args=[row.attachments.get().pk]))
    assert b"".join(answer.streaming_content) == PDF


def test_a_wrong_file_leaves_nothing_behind(own):
    sent = {"period": Q4.name, "body": "三点", "file": SimpleUploadedFile("心得.exe", b"MZ")}
    assert own.post(reverse("education_reflection_new"), sent).status_code == 409
    assert not Reflection.objects.exists()


def test_reading_goes_on_to_the_next_that_waits(browse, college, system, account_of, handed, today):
    qian = members.add(actor=system, organization=college.one, since=college.began, today=today, name="钱七")
    other = account_of("member", college.one, qian, username="qianqi")
    second = actions.hand_in_reflection(
        actor=other, organization=college.one, member=qian, today=today,
        draft=actions.ReflectionDraft(period=Q4, day=today, body="另三点"),
    )  # fmt: skip
    answer = browse.post(
        reverse("education_reflection_read", args=[handed.pk]), {"next": "1", "remark": "好"}
    )
    assert answer.headers["Location"] == reverse("education_reflection", args=[second.pk])
    handed.refresh_from_db()
    assert (handed.stage, handed.remark) == ("accepted", "好")
    page = browse.post(reverse("education_reflection_read", args=[handed.pk]), follow=True).content.decode()
    assert "只有待阅的心得可以标为已阅" in page


def test_returned_the_member_sees_why_and_hands_in_again(browse, handed, client, member):
    address = reverse("education_reflection_return", args=[handed.pk])
    assert browse.post(address, {"remark": ""}).status_code == 422
    assert browse.post(address, {"remark": "联系岗位"}).status_code == 302
    client.force_login(member)
    page = client.get(reverse("education_reflection", args=[handed.pk])).content.decode()
    assert "联系岗位" in page
    assert "修改后重交" in page
    edit = reverse("education_reflection_edit", args=[handed.pk])
    assert "三点体会" in client.get(edit).content.decode()
    assert client.post(edit, {"period": Q4.name, "title": "学习党章", "body": "四点"}).status_code == 302
    handed.refresh_from_db()
    assert (handed.stage, handed.body) == ("handed", "四点")


def test_who_handed_in_and_who_did_not(browse, handed, college):
    address = reverse("education_reflections")

    def told(**query):
        shown = browse.get(address, query).context["shown"]
        return [(row[0]["shown"], row[2]["shown"]) for row in shown.rows]

    assert told() == [("张三", "未交"), ("赵六", "待阅")]
    assert told(stage="none") == [("张三", "未交")]
    assert told(period="2026-Q3") == [("张三", "未交"), ("赵六", "未交")]
    assert told(period="", stage="handed") == [("赵六", "待阅")]
    assert told(q="赵六") == [("赵六", "待阅")]
    assert told(organization=college.one.pk, sort="state") == sorted(told(), key=lambda row: row[1])
    assert browse.get(address, {"export": "xlsx"})["Content-Type"].endswith("sheet")


def test_papers_are_ticked_and_whoever_was_read_is_no_longer_asked(browse, college, zhao, today):
    address = f"{reverse('education_papers')}?organization={college.one.pk}"
    assert browse.post(address, {"day": today.isoformat()}).status_code == 409
    given = {"day": today.isoformat(), f"pick-{zhao.pk}": "1", f"pick-{college.li.pk}": "1"}
    assert browse.post(address, given).status_code == 302
    assert [one.member for one in events()] == [zhao.pk]
    text = browse.get(address).content.decode()
    assert f"pick-{zhao.pk}" not in text
    assert f"pick-{college.zhang.pk}" in text
    assert browse.get(reverse("education_papers"), {"organization": college.two.pk}).status_code == 404
    late = f"{address}&period=2026-Q3"
    assert "补交原因" in browse.get(late).content.decode()
    assert browse.post(late, {"day": today.isoformat(), f"pick-{zhao.pk}": "1"}).status_code == 409


@pytest.mark.parametrize("page", ["education_papers", "desk:check", "education_assess"])
def test_a_period_that_is_none_is_said_and_the_one_that_runs_is_shown(browse, page):
    address = reverse(page)
    shown = browse.get(address).context["period"]
    assert "不是已经开始的期间" not in browse.get(address, {"period": shown.name}).content.decode()
    for asked in ("2026-Q9", "2099", "x"):
        answer = browse.get(address, {"period": asked})
        assert answer.context["period"] == shown
        assert f"“{asked}”不是已经开始的期间" in answer.content.decode()


def test_a_training_from_the_phone_to_the_hours(own, client, secretary, zhao):
    address = reverse("education_training_new")
    said = {"title": "示范班", "first": "2026-10-09", "last": "2026-10-10", "minutes": "8"}
    assert "没有证明" in own.post(address, said).content.decode()
    assert own.post(address, {**said, "minutes": "八"}).status_code == 422
    late = {**said, "last": "2027-10-10", "kept_at": "本人"}
    assert own.post(address, late).status_code == 409
    file = SimpleUploadedFile("证书.pdf", PDF)
    assert own.post(address, {**said, "file": file}).status_code == 302
    row = Training.objects.get()
    assert own.post(reverse("education_training_confirm", args=[row.pk])).status_code == 403
    client.force_login(secretary)
    assert "待确认" in client.get(reverse("education_trainings")).content.decode()
    client.post(reverse("education_training_confirm", args=[row.pk]))
    assert [(one.member, one.amount) for one in events()] == [(zhao.pk, 480)]
    client.post(reverse("education_training_return", args=[row.pk]), {"remark": "证书是别人的"})
    assert events() == []


def test_an_assessment_is_filled_with_exceptions(browse, college, zhao, today):
    address = f"{reverse('education_assess')}?organization={college.one.pk}"
    given = {"day": today.isoformat(), f"pick-{zhao.pk}": "passed", f"pick-{college.zhang.pk}": "failed"}
    assert browse.post(address, {**given, f"note-{zhao.pk}": "长" * 201}).status_code == 422
    assert browse.post(address, {**given, f"pick-{zhao.pk}": "best"}).status_code == 422
    assert browse.post(address, {**given, f"note-{college.zhang.pk}": "缺考"}).status_code == 302
    sheet = Sheet.objects.get()
    correct = reverse("education_sheet_correct", args=[sheet.pk])
    fixed = {f"pick-{zhao.pk}": "passed", f"pick-{college.zhang.pk}": "passed"}
    assert browse.post(correct, fixed).status_code == 422  # why?
    assert browse.post(correct, {**fixed, "reason": "补考"}).status_code == 302
    assert set(Line.objects.values_list("result", flat=True)) == {"passed"}
    assert (
        browse.post(reverse("education_sheet_withdraw", args=[sheet.pk]), {"reason": "作废"}).status_code
        == 302
    )
    assert events() == []
    assert "作废" in browse.get(reverse("education_sheet", args=[sheet.pk])).content.decode()


@pytest.mark.parametrize(
    "name", ["education_reflections", "education_trainings", "education_sheets", "make_up_list"]
)
def test_lists_take_the_same_queries_for_one_row_and_three(
    browse, college, system, today, enter, name, django_assert_max_num_queries
):
    counts = []
    for number in (1, 2, 3):
        who = members.add(
            actor=system, organization=college.one, since=college.began, today=today, name=f"新{number}"
        )
        enter(system, member=who, title=f"第{number}次", confirmed=True)
        draft = actions.ReflectionDraft(period=Q4, day=today, body=f"{number}")
        actions.hand_in_reflection(
            actor=system, organization=college.one, member=who, draft=draft, today=today
        )
        actions.record_sheet(
            actor=system, kind=kinds.CHECK, organization=college.one, period=Q4, day=date(2026, 11, number),
            marks=[actions.Mark(who)], today=today,
        )  # fmt: skip
        _on_leave(system, college, who, number, today)
        browse.get(reverse(name))
        with django_assert_max_num_queries(30) as asked:
            page = browse.get(reverse(name))
        assert page.context["shown"].total >= number
        counts.append(len(asked))
    assert counts[0] == counts[2], counts


def _on_leave(system, college, who, number, today):
    from zhibu.registers.activities import actions as activities
    from zhibu.registers.activities.rules import Block

    activities.record_activity(
        actor=system, organization=college.one, today=today,
        draft=activities.Draft(
            title=f"学习{number}", kinds=("study.session",), content="学",
            blocks=(Block(date(2026, 11, 3 + number), "afternoon"),), late_reason="补录",
        ),
        lines=[activities.Line(who.pk, college.one.pk, "leave", "病")],
    )  # fmt: skip


def test_the_year_has_no_reason_to_be_late(browse, college):
    text = browse.get(reverse("education_assess"), {"organization": college.one.pk}).content.decode()
    assert "补办原因" not in text
    before = rules.period_of("year", date(2025, 1, 1)).name
    text = browse.get(
        reverse("education_assess"), {"organization": college.one.pk, "period": before}
    ).content.decode()
    assert "补办原因" in text
