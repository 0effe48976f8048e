"""The pages: for whom they open, what they offer, taking and removing, and what they do not tell."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from zhibu.documents.archive import actions, storage
from zhibu.documents.archive.models import Archive
from zhibu.jobs import worker
from zhibu.jobs.models import Job

#: What a box asks of the database its making asks of both (test_making), the addresses the permission sweep.
pytestmark = pytest.mark.django_db


def sent(selection):
    return {
        "articles": selection.articles,
        "organizations": selection.organizations,
        "years": [str(year) for year in selection.years],
    }


def test_it_is_asked_for_made_and_taken(client, officer, everything, today):
    client.force_login(officer)
    page = client.get(reverse("archive:index"))
    assert page.status_code == 200
    assert "机电工程系党支部" in page.content.decode()
    assert "大约" in page.content.decode()
    answer = client.post(reverse("archive:make"), sent(everything))
    archive = Archive.objects.get()
    assert answer.headers["Location"] == reverse("archive:one", args=[archive.pk])
    assert "排队等待制作" in client.get(answer.headers["Location"]).content.decode()
    worker.work_all()
    polled = client.get(answer.headers["Location"], headers={"HX-Request": "true"})
    assert (polled.status_code, polled.headers["HX-Refresh"]) == (204, "true")
    assert "做好" in client.get(answer.headers["Location"]).content.decode()
    taken = client.post(reverse("archive:take", args=[archive.pk]))
    assert taken.headers["Content-Type"] == "application/zip"
    assert "no-store" in taken.headers["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))) as box:
        assert box.namelist()[:3] == ["索引.pdf", "检查结果.xlsx", "说明.txt"]


def test_asked_for_twice_the_first_is_shown_and_said(client, officer, everything):
    client.force_login(officer)
    first = client.post(reverse("archive:make"), sent(everything))
    second = client.post(reverse("archive:make"), sent(everything), follow=True)
    assert second.redirect_chain[-1][0] == first.headers["Location"]
    assert "同样的材料正在制作，没有再做一份" in second.content.decode()
    assert Archive.objects.count() == 1


def test_the_estimate_follows_what_is_ticked(client, officer, everything):
    client.force_login(officer)
    ask = {"headers": {"HX-Request": "true"}}
    page = client.get(reverse("archive:index"), sent(everything), **ask).content.decode()
    assert "大约" in page
    assert "<html" not in page
    assert "各至少选一项" in client.get(reverse("archive:index"), {"articles": "1"}, **ask).content.decode()


def test_nonsense_and_what_is_foreign_are_turned_away(client, officer, everything, recorded):
    client.force_login(officer)
    given = sent(everything)
    for wrong in (
        {"organizations": [recorded.far.pk]},
        {"articles": ["999"]},
        {"years": ["1066"]},
        {"years": []},
    ):
        answer = client.post(reverse("archive:make"), given | wrong)
        assert answer.status_code == 422
        assert "另一学院" not in answer.content.decode()
    assert not Archive.objects.exists()


@pytest.mark.parametrize("role", ["member", "publicity_commissioner", "cashier", "administrator"])
def test_for_others_there_is_no_such_page(client, account_of, recorded, made, role):
    place = recorded.committee if role == "administrator" else recorded.one
    client.force_login(account_of(role, place, recorded.zhang if role == "member" else None))
    assert client.get(reverse("archive:index")).status_code == 404
    assert client.get(reverse("archive:one", args=[made.pk])).status_code == 404
    for name in ("take", "delete", "go_on"):
        assert client.post(reverse(f"archive:{name}", args=[made.pk])).status_code == 404


def test_whose_reach_covers_it_may_take_it_but_not_remove_it(client, account_of, recorded, made):
    client.force_login(account_of("auditor", recorded.committee))
    assert client.post(reverse("archive:take", args=[made.pk])).status_code == 200
    answer = client.post(reverse("archive:delete", args=[made.pk]), follow=True)
    assert "别人做的" in answer.content.decode()
    assert Archive.objects.exists()


def test_whose_reach_does_not_learns_nothing_of_it(client, account_of, recorded, made):
    client.force_login(account_of("branch_secretary", recorded.one))
    assert made.pk not in client.get(reverse("archive:index")).content.decode()
    assert client.get(reverse("archive:one", args=[made.pk])).status_code == 404
    assert client.post(reverse("archive:take", args=[made.pk])).status_code == 404


def test_a_reach_that_shrank_after_it_was_made_withholds_it(
    client, officer, made, move, system, recorded, today
):
    move(officer, "branch_secretary", recorded.one, system, today)
    client.force_login(officer)
    page = client.get(reverse("archive:one", args=[made.pk])).content.decode()
    assert "做好之后您的权限有变" in page
    assert "信息工程系党支部" not in page
    assert "信息工程系党支部" not in client.get(reverse("archive:index")).content.decode()
    refused = client.post(reverse("archive:take", args=[made.pk]))
    assert refused.status_code == 409
    assert "请按现在的权限重新制作" in refused.content.decode()
    assert client.post(reverse("archive:delete", args=[made.pk])).status_code == 302
    assert not Archive.objects.exists()


def test_what_was_made_with_a_wider_reach_is_not_given_to_a_narrower_one(
    client, officer, everything, move, system, recorded, today
):
    """In the box of one branch an officer finds who has moved to another; its secretary would not."""
    one = type(everything).of(everything.articles, [recorded.one.pk], [2026])
    made = actions.ask(actor=officer, selection=one, today=today)
    worker.work_all()
    move(officer, "branch_secretary", recorded.one, system, today)
    client.force_login(officer)
    assert client.post(reverse("archive:take", args=[made.pk])).status_code == 409


def test_one_that_broke_off_is_gone_on_with(client, officer, asked):
    client.force_login(officer)
    Job.objects.update(state="interrupted", words="程序出错，已记入服务器日志", attempts=3)
    where = reverse("archive:one", args=[asked.pk])
    assert "接着做" in client.get(where).content.decode()
    client.post(reverse("archive:go_on", args=[asked.pk]))
    worker.work_all()
    assert "接着做" not in client.get(where).content.decode()
    answer = client.post(reverse("archive:go_on", args=[asked.pk]), follow=True)
    assert "不用再做" in answer.content.decode()


def test_a_file_that_is_gone_is_said(client, officer, made):
    client.force_login(officer)
    storage.remove(made.pk)
    assert "文件不在服务器上" in client.get(reverse("archive:one", args=[made.pk])).content.decode()
    assert client.post(reverse("archive:take", args=[made.pk])).status_code == 409


def test_the_page_asks_as_much_for_three_boxes_as_for_one(
    client, officer, made, everything, today, django_assert_num_queries
):
    client.force_login(officer)
    client.get(reverse("archive:index"))
    with django_assert_num_queries(14):
        client.get(reverse("archive:index"))
    for year in (2025, 2024):
        other = type(everything).of(everything.articles, everything.organizations, [year])
        actions.ask(actor=officer, selection=other, today=today)
    worker.work_all()
    with django_assert_num_queries(14):
        page = client.get(reverse("archive:index"))
    assert page.content.decode().count("已做好") == 3


def test_a_year_before_holds_what_belongs_to_it(officer, everything, today, recorded):
    both = type(everything).of(everything.articles, everything.organizations, [2026, 2025])
    assert both.since == date(2025, 1, 1)
    made = actions.ask(actor=officer, selection=both, today=today)
    worker.work_all()
    made.refresh_from_db()
    assert made.counts["findings"] > 0
