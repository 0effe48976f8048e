"""The pages of activities through the client: record, correct, take attendance, add papers, cancel, undo."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.registers.activities.conftest import draft, events
from zhibu.registers.activities import actions
from zhibu.registers.activities.models import Activity, Attachment
from zhibu.registers.members import actions as members

WEDNESDAY = date(2026, 11, 18)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def colleague(college, system, today):
    return members.add(
        actor=system,
        organization=college.one,
        since=college.began,
        today=today,
        name="赵六",
        number="1003",
        category="staff",
    )


@pytest.fixture
def signed_in(client, secretary):
    client.force_login(secretary)
    return client


def form(college, **other):
    return {
        "day": WEDNESDAY.isoformat(),
        "part": "afternoon",
        "kinds": ["four.study", "study.session"],
        "content": "学习党章",
        "place": "301",
        f"att-{college.zhang.pk}": "present",
        **other,
    }


def test_the_form_begins_with_the_last_wednesday_and_everyone_present(signed_in, college, colleague):
    page = signed_in.get("/activities/new/").content.decode()
    assert "11月18日（周三）" in page
    assert f'name="att-{colleague.pk}" value="present" checked' in page
    assert college.li.name not in page


def test_a_wednesday_is_recorded_and_says_what_it_counts_for(signed_in, college, colleague):
    answer = signed_in.post(
        f"/activities/new/?organization={college.one.pk}&day={WEDNESDAY}",
        form(
            college, **{f"att-{colleague.pk}": "leave", f"why-{colleague.pk}": "出差", "record_body": "讨论"}
        ),
    )
    activity = Activity.objects.get()
    assert answer.status_code == 302
    assert answer.url == f"/activities/{activity.pk}/"
    page = signed_in.get(answer.url).content.decode()
    assert "每周集中学习" in page
    assert "4 学时" in page
    assert "出差" in page
    assert f"{answer.url}papers/plan/" in page  # still missing, and offered
    assert {paper.kind for paper in activity.papers.all()} == {"attendance", "record"}


def test_without_content_nothing_is_lost(signed_in, college):
    answer = signed_in.post(f"/activities/new/?day={WEDNESDAY}", form(college, content="", place="教室"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["content"]  # said beside the field, which is marked 必填
    page = answer.content.decode()
    assert "教室" in page
    assert not Activity.objects.exists()


def test_a_late_entry_asks_for_its_reason(signed_in, college):
    late = date(2026, 10, 21)
    address = f"/activities/new/?day={late}"
    assert "补录原因" in signed_in.get(address).content.decode()
    refused = signed_in.post(address, form(college, day=late.isoformat(), content=""))
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"content", "late_reason"}  # both at once
    assert signed_in.post(address, form(college, day=late.isoformat(), late_reason="漏记")).status_code == 302


def test_correct_asks_why_and_keeps_the_log(signed_in, held):
    activity = held()
    fields = {
        "day": WEDNESDAY.isoformat(),
        "part": "afternoon",
        "kinds": ["four.deliberation"],
        "content": "议事",
    }
    address = f"/activities/{activity.pk}/correct/"
    assert signed_in.get(address).status_code == 200
    assert signed_in.post(address, {**fields, "title": "议事"}).status_code == 422
    assert signed_in.post(address, {**fields, "title": "议事", "reason": "类别记错"}).status_code == 302
    assert [theme.kind for theme in activity.themes.all()] == ["four.deliberation"]


def test_plan_then_record_what_was_planned(signed_in, college):
    future = date(2026, 11, 25)
    sent = {"day": future.isoformat(), "part": "afternoon", "kinds": ["four.study"], "plan_body": "学习安排"}
    assert signed_in.post(f"/activities/plan/?day={future}", sent).status_code == 302
    activity = Activity.objects.get()
    assert activity.status == Activity.Status.PLANNED
    page = signed_in.get(f"/activities/{activity.pk}/").content.decode()
    assert f"/activities/new/?planned={activity.pk}" in page
    assert "学习安排" in page


def test_attendance_papers_and_cancelling(signed_in, college, held):
    activity = held()
    address = f"/activities/{activity.pk}/"
    assert signed_in.get(f"{address}attendance/").status_code == 200
    signed_in.post(
        f"{address}attendance/", {f"att-{college.zhang.pk}": "leave", f"why-{college.zhang.pk}": "病假"}
    )
    line = activity.attendances.get()
    assert (line.state, line.reason) == ("leave", "病假")
    made_up = {"day": "2026-11-20", "how": "自学笔记"}
    assert signed_in.post(f"/activities/attendances/{line.pk}/make-up/", made_up).status_code == 302
    paper = {"happened": "2026-11-19", "body": "记录全文", "resolution": "同意"}
    assert signed_in.post(f"{address}papers/record/", paper).status_code == 302
    assert signed_in.get(f"{address}papers/nonsense/").status_code == 404
    assert signed_in.post(f"{address}cancel/", {"reason": ""}).status_code == 422
    assert signed_in.post(f"{address}cancel/", {"reason": "重复登记"}).status_code == 302
    assert signed_in.post(f"{address}restore/").status_code == 302
    activity.refresh_from_db()
    assert activity.status == Activity.Status.HELD
    assert "签名" in signed_in.get(f"{address}sheet/").content.decode()


def test_files_are_checked_kept_and_served_within_reach(
    signed_in, client, held, settings, tmp_path, college, account_of
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.FILES = tmp_path
    activity = held()
    address = f"/activities/{activity.pk}/files/"
    answer = signed_in.post(address, {"file": SimpleUploadedFile("签到.pdf", b"not a pdf")})
    assert answer.status_code == 409
    assert signed_in.post(address, {"file": SimpleUploadedFile("签到.pdf", PDF)}).status_code == 302
    file = Attachment.objects.get()
    served = signed_in.get(f"/activities/files/{file.pk}/")
    assert b"".join(served.streaming_content) == PDF
    client.force_login(account_of("branch_secretary", college.far))
    assert client.get(f"/activities/files/{file.pk}/").status_code == 404
    assert client.get(f"/activities/{activity.pk}/").status_code == 404


def test_the_list_finds_filters_exports_and_keeps_its_queries(signed_in, held, django_assert_max_num_queries):
    held()
    with django_assert_max_num_queries(24):
        one = signed_in.get("/activities/?month=2026-11&kind=four.study")
    assert "集体学习日" in one.content.decode()
    held(draft(title="第二次")), held(draft(title="第三次"))
    with django_assert_max_num_queries(24):
        assert signed_in.get("/activities/").status_code == 200
    assert signed_in.get("/activities/?month=2026-11&export=xlsx").content[:2] == b"PK"
    assert signed_in.get("/activities/?month=nonsense").status_code == 200


def test_a_member_sees_the_activity_and_only_the_own_line(client, college, colleague, account_of, held):
    from zhibu.registers.activities.actions import Line

    lines = [
        Line(college.zhang.pk, college.one.pk, "leave", "家事"),
        Line(colleague.pk, college.one.pk, "present"),
    ]
    activity = held(lines=lines)
    client.force_login(account_of("member", college.one, colleague))
    page = client.get(f"/activities/{activity.pk}/").content.decode()
    assert "家事" not in page
    assert client.get("/activities/new/").status_code == 403


def test_the_leading_branch_sees_and_keeps_its_own_list_only(signed_in, college, system, held, today):
    from zhibu.registers.activities import actions
    from zhibu.registers.activities.actions import Line

    activity = held(draft(joint=(college.two,)))
    lines = [Line(college.li.pk, college.two.pk, "leave", "住院手术")]
    actions.confirm_part(actor=system, activity=activity, organization=college.two, lines=lines, today=today)
    address = f"/activities/{activity.pk}/attendance/"
    page = signed_in.get(address).content.decode()
    assert "住院手术" not in page
    assert college.li.name not in page
    # Sent all the same, the other branch's line stays as that branch wrote it.
    given = {f"att-{college.zhang.pk}": "leave", f"why-{college.zhang.pk}": "出差"}
    answer = signed_in.post(address, given | {f"att-{college.li.pk}": "absent"})
    assert answer.status_code == 302
    found = dict(activity.attendances.values_list("member_id", "state"))
    assert found == {college.zhang.pk: "leave", college.li.pk: "leave"}


def test_the_same_activity_sent_twice_is_one(signed_in, college, held):
    """Two tabs, or a button pressed twice: hours are not earned twice."""
    address = f"/activities/new/?organization={college.one.pk}&day={WEDNESDAY}"
    assert signed_in.post(address, form(college)).status_code == 302
    answer = signed_in.post(address, form(college))
    assert answer.status_code == 409
    assert "activities.twice" in answer.content.decode()
    assert Activity.objects.count() == 1
    # Another one on the same afternoon has another name.
    assert signed_in.post(address, form(college, title="党章学习")).status_code == 302
    assert Activity.objects.count() == 2


def test_what_was_cancelled_may_be_recorded_anew(signed_in, college):
    address = f"/activities/new/?organization={college.one.pk}&day={WEDNESDAY}"
    signed_in.post(address, form(college))
    signed_in.post(f"/activities/{Activity.objects.get().pk}/cancel/", {"reason": "误录"})
    assert signed_in.post(address, form(college)).status_code == 302


def test_another_weekday_asks_for_its_reason_and_counts_all_the_same(held, college, secretary, client, today):
    client.force_login(secretary)
    friday, asks = date(2026, 11, 20), "不在规定的星期"
    activity = held(draft(day=friday, kinds=["four.study", "study.session", "theme.memberday"]))
    page = client.get(reverse("activity", args=[activity.pk])).content.decode()
    assert f"集中学习、集体学习日{asks}" in page or f"集体学习日、集中学习{asks}" in page
    actions.correct_activity(
        actor=secretary, activity=activity, organization=college.one, reason="补写", today=today,
        draft=draft(day=friday, kinds=["four.study", "study.session"], counts_for_reason="周三全院大会"),
    )  # fmt: skip
    activity.refresh_from_db()
    assert (activity.counts_for, activity.counts_for_reason) == (None, "周三全院大会")
    page = client.get(reverse("activity", args=[activity.pk])).content.decode()
    assert asks not in page
    assert "周三全院大会" in page
    assert {row.kind for row in events()} >= {"four.study", "study.session"}
    for day, kinds in ((WEDNESDAY, ["four.study"]), (friday, ["service.community"])):
        other = held(draft(day=day, kinds=kinds, title="另一次"))
        assert asks not in client.get(reverse("activity", args=[other.pk])).content.decode()


def test_articles_are_cited_in_words(signed_in, college):
    given = form(college, kinds=["meeting.general", "four.study"])
    answer = signed_in.post(f"/activities/new/?organization={college.one.pk}&day={WEDNESDAY}", given)
    page = signed_in.get(answer.url).content.decode()
    assert "党支部组织生活（依党内法规）第 1 条" in page
    assert "第 9 条" in page
    evidence = signed_in.get("/evidence/new/?kind=talk.heart").content.decode()
    assert "党支部组织生活（依党内法规）第 3 条" in evidence
    assert not re.search(r"第 ?c\d", page + evidence)
