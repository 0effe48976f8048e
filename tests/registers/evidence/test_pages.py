"""The pages of evidence through Django's client."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.registers.evidence.conftest import events, states
from tests.site.test_uploads import PDF
from zhibu.registers.evidence import kinds
from zhibu.registers.evidence.models import Case, Entry
from zhibu.registers.members import actions as members
from zhibu.site import packs

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client, secretary):
    """A client signed in as the secretary of 机电."""
    client.force_login(secretary)
    return client


@pytest.fixture
def zhao(college, system, today):
    """Another member of 机电."""
    return members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")


def form_of(kind, organization, **other):
    words = {"kind": kind, "organization": organization.pk, **other}
    return f"{reverse('evidence_add')}?{'&'.join(f'{key}={value}' for key, value in words.items())}"


def test_every_article_shows_its_kinds_with_the_button_that_records_them(browse):
    text = browse.get(reverse("evidence_articles")).content.decode()
    norm = packs.norm()
    for article, of in kinds.by_article(norm):
        assert f'id="a{article.id}"' in text
        for kind in of:
            assert kind.title in text
    assert f"{reverse('evidence_add')}?kind=report.secretary" in text
    # What only the committee has, a branch's secretary may not record.
    assert f"{reverse('evidence_add')}?kind=brand.awarded" not in text


def test_every_kind_has_its_form_and_the_form_records_it(client, college, officer, today):
    client.force_login(officer)
    norm = packs.norm()
    for kind in kinds.offered(norm):
        organization = college.one if "branch" in kind.organizations else college.committee
        address = form_of(kind.id, organization, **{"from": college.one.pk, "member": college.zhang.pk})
        page = client.get(address)
        assert page.status_code == 200, kind.id
        form = page.context["form"]
        given = {"day": today.isoformat(), "note": "说明"}
        if "member" in form.fields:
            given["member"] = college.zhang.pk
        if "amount" in form.fields:
            given["amount"] = "12"
        if "ref" in form.fields:
            field = form.fields["ref"]
            choices = [value for value, _ in getattr(field, "choices", ()) if value]
            if kinds.choosing(kind) == "activity":
                assert choices == []  # there is no activity in this test
                if field.required:
                    continue
            else:
                given["ref"] = choices[0] if choices else "2026-03"
        answer = client.post(address, given)
        assert answer.status_code == 302, (kind.id, answer.context and answer.context.get("refusal"))
    found = {row.kind for row in [*events(), *states()]}
    expected = {kind.id for kind in kinds.offered(norm)}
    assert expected - found == {kind for kind in expected if kind.startswith("life.")}


def test_money_is_typed_in_yuan_and_days_other_than_the_day_need_a_reason(browse, college, today):
    address = form_of("dues.paid", college.one)
    browse.post(
        address,
        {"member": college.zhang.pk, "day": today.isoformat(), "amount": "1 246.50", "counts_for": "2026-03"},
    )
    assert [(row.day, row.happened, row.amount) for row in events()] == [(date(2026, 3, 1), today, 124_650)]
    address = form_of("report.secretary", college.one)
    given = {"day": today.isoformat(), "counts_for": "2025-12-31"}
    answer = browse.post(address, given)
    assert answer.status_code == 409
    assert "请写明原因" in answer.content.decode()
    assert browse.post(address, {**given, "counts_for_reason": "补述上年"}).status_code == 302
    answer = browse.post(form_of("fund.spent", college.one), {"day": today.isoformat(), "amount": "十元"})
    assert answer.status_code == 422
    assert "请填写数字" in answer.content.decode()


def test_a_new_case_is_begun_and_then_offered(browse, college, today):
    address = form_of("recommended.masses", college.one)
    given = {"member": college.zhang.pk, "day": today.isoformat(), "ref": "new"}
    browse.post(address, given)
    case = Case.objects.get()
    assert [row.ref for row in events()] == [case.pk]
    text = browse.get(form_of("development.activist", college.one, ref=case.pk)).content.decode()
    assert f'<option value="{case.pk}" selected>' in text
    assert browse.post(address, {**given, "day": "2026-12-24"}).status_code == 409
    assert Case.objects.count() == 1  # what is refused begins no case


def test_a_sheet_names_the_ticked_of_the_roll(browse, college, zhao, today):
    address = f"{reverse('evidence_sheet')}?kind=identity.badge"
    text = browse.get(address).content.decode()
    assert f'name="pick-{college.zhang.pk}" value="identity.badge" checked' in text
    assert college.li.pk not in text
    given = {
        "day": today.isoformat(),
        f"pick-{college.zhang.pk}": "identity.badge",
        f"pick-{zhao.pk}": "identity.badge",
    }
    assert browse.post(address, {**given, f"pick-{college.li.pk}": "identity.badge"}).status_code == 302
    assert {row.member for row in states()} == {college.zhang.pk, zhao.pk}
    assert browse.post(address, {"day": today.isoformat()}).status_code == 409


def test_a_month_that_is_none_is_said(browse, college):
    address = reverse("evidence_sheet")
    for asked, said in (("2026-99", True), ("x", True), ("2026-10", False)):
        page = browse.get(address, {"kind": "dues.paid", "month": asked}).content.decode()
        assert (f"“{asked}”不是月份" in page) is said


def test_a_sheet_of_results_and_a_sheet_of_money(browse, college, zhao, today):
    address = f"{reverse('evidence_sheet')}?kind=appraisal.qualified"
    given = {
        "day": today.isoformat(),
        f"pick-{college.zhang.pk}": "appraisal.excellent",
        f"pick-{zhao.pk}": "appraisal.ungraded",
    }
    assert browse.post(address, given).status_code == 409
    assert events() == []
    browse.post(address, {**given, f"note-{zhao.pk}": "在外进修"})
    assert {row.kind for row in events()} == {"appraisal.excellent", "appraisal.ungraded"}
    address = f"{reverse('evidence_sheet')}?kind=dues.paid&month=2026-10"
    money = {
        "day": today.isoformat(),
        "counts_for": "2026-10",
        f"pick-{college.zhang.pk}": "dues.paid",
        f"amount-{college.zhang.pk}": "30.50",
        f"pick-{zhao.pk}": "dues.paid",
        f"amount-{zhao.pk}": "",
    }
    assert browse.post(address, money).status_code == 422
    browse.post(address, {**money, f"amount-{zhao.pk}": "20"})
    paid = {row.member: (row.day, row.amount) for row in events() if row.kind == "dues.paid"}
    assert paid == {college.zhang.pk: (date(2026, 10, 1), 3050), zhao.pk: (date(2026, 10, 1), 2000)}
    page = browse.get(address)
    assert [line["done"] for line in page.context["lines"]] == [True, True]
    assert {line["amount"] for line in page.context["lines"]} == {"30.50", "20.00"}


def test_the_list_searches_filters_and_exports(browse, college, entered, today):
    entered("report.secretary", note="述职报告")
    entered("room.books", day=date(2025, 9, 1))
    entered("talk.heart", member=college.zhang)
    address = reverse("evidence_list")
    for asked, there in (
        ({}, 3),
        ({"q": "述职"}, 1),
        ({"q": "张三"}, 1),
        ({"article": "4"}, 1),
        ({"kind": "talk.heart"}, 1),
        ({"year": "2026"}, 2),
        ({"standing": "withdrawn"}, 0),
        ({"sort": "-day"}, 3),
    ):
        shown = browse.get(address, asked).context["shown"]
        assert (shown.total, shown.notices) == (there, []), asked
    assert browse.get(address, {"export": "xlsx"}).content[:2] == b"PK"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_many(browse, entered, count, django_assert_num_queries):
    for number in range(count):
        entered("fund.spent", amount=number)
    browse.get(reverse("evidence_list"))
    with django_assert_num_queries(11):
        browse.get(reverse("evidence_list"))


def test_an_entry_is_corrected_ended_withdrawn_and_restored(browse, entered, today):
    entry = entered("feature", day=date(2026, 1, 5))
    page = browse.get(reverse("evidence", args=[entry.pk])).content.decode()
    assert "登记截止" in page
    address = reverse("evidence_correct", args=[entry.pk])
    assert "2026-01-05" in browse.get(address).content.decode()
    assert browse.post(address, {"day": "2026-01-06"}).status_code == 422
    browse.post(address, {"day": "2026-01-06", "reason": "日期写错"})
    browse.post(reverse("evidence_end", args=[entry.pk]), {"until": "2026-11-01"})
    assert [(row.since, row.until) for row in states()] == [(date(2026, 1, 6), date(2026, 11, 1))]
    browse.post(reverse("evidence_withdraw", args=[entry.pk]), {"reason": "重复"})
    assert states() == []
    assert "重复" in browse.get(reverse("evidence", args=[entry.pk])).content.decode()
    browse.post(reverse("evidence_restore", args=[entry.pk]))
    assert len(states()) == 1


def test_a_file_with_the_form_all_or_nothing(browse, college, today, tmp_path, settings):
    settings.FILES = tmp_path
    address = form_of("report.secretary", college.one)
    bad = SimpleUploadedFile("述职.pdf", b"<html>")
    answer = browse.post(address, {"day": today.isoformat(), "file": bad})
    assert answer.status_code == 409
    assert Entry.objects.count() == 0
    good = SimpleUploadedFile("述职.pdf", PDF)
    browse.post(address, {"day": today.isoformat(), "file": good})
    row = Entry.objects.get().attachments.get()
    answer = browse.get(reverse("evidence_file", args=[row.pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_member_sees_and_enters_the_own_only(client, college, zhao, entered, account_of, today, own_talks):
    other = entered("talk.heart", member=college.zhang)
    client.force_login(account_of("member", college.one, zhao))
    address = f"{reverse('evidence_add')}?kind=talk.heart"
    text = client.get(address).content.decode()
    assert "赵六" in text
    assert "张三" not in text
    client.post(address, {"member": zhao.pk, "day": today.isoformat()})
    assert {row.member for row in events()} == {college.zhang.pk, zhao.pk}
    assert client.get(reverse("evidence_list")).context["shown"].total == 1
    assert client.get(reverse("evidence", args=[other.pk])).status_code == 404
    assert client.get(form_of("report.secretary", college.one)).status_code == 404


def test_what_is_elsewhere_or_unknown_is_404(browse, college):
    assert browse.get(form_of("report.secretary", college.two)).status_code == 404
    assert browse.get(form_of("study.session", college.one)).status_code == 404
    assert browse.get(form_of("brand.awarded", college.one)).status_code == 404
    assert browse.get(reverse("evidence_add")).status_code == 302


def test_what_is_recorded_about_an_activity_is_no_longer_missing(client, college, officer, entered, today):
    from zhibu.registers.activities import actions as activities
    from zhibu.registers.activities.rules import Block

    activity = activities.record_activity(
        actor=officer,
        organization=college.committee,
        draft=activities.Draft(
            "民主生活会", ("meeting.democratic",), (Block(today, "afternoon"),), content="会议"
        ),
        lines=[activities.Line(college.zhang.pk, college.one.pk, "present")],
        today=today,
    )
    client.force_login(officer)
    page = client.get(reverse("activity", args=[activity.pk])).content.decode()
    link = f"/evidence/new/?kind=life.theme&amp;organization={college.committee.pk}&amp;ref={activity.pk}"
    assert link in page
    address = form_of("life.theme", college.committee, ref=activity.pk)
    assert f'<option value="{activity.pk}" selected>' in client.get(address).content.decode()
    client.post(address, {"day": today.isoformat(), "ref": activity.pk})
    assert [(row.kind, row.ref) for row in events()] == [("life.theme", activity.pk)]
    page = client.get(reverse("activity", args=[activity.pk])).content.decode()
    assert link not in page
    assert "life.talks" in page


@pytest.fixture
def confided(client, college, zhao, entered, account_of):
    """赵六, a member, reads: a talk that the branch keeps, and dues that are told; each with words and a file."""
    from zhibu.registers.evidence import actions

    made = {}
    for kind, more in (("talk.heart", {}), ("dues.paid", {"amount": 500, "ref": "收据 7"})):
        entry = entered(kind, member=zhao, note=f"{kind} 的说明", kept_at="二号柜", **more)
        file = actions.attach_file(
            actor=account_of("branch_secretary", college.one, username=f"s-{kind}"),
            entry=entry,
            name=f"{kind}.pdf",
            data=PDF,
            today=entry.day,
        )
        made[kind] = entry, file
    client.force_login(account_of("member", college.one, zhao))
    return made


def test_of_a_talk_the_person_learns_that_it_was_held_and_no_more(client, confided):
    entry, file = confided["talk.heart"]
    page = client.get(reverse("evidence", args=[entry.pk])).content.decode()
    assert "谈心谈话" in page
    assert "只告知办理的日期" in page
    for words in ("的说明", "二号柜", "talk.heart.pdf"):
        assert words not in page
    assert client.get(reverse("evidence_file", args=[file.pk])).status_code == 404


def test_of_the_own_dues_the_person_reads_all(client, confided):
    entry, file = confided["dues.paid"]
    page = client.get(reverse("evidence", args=[entry.pk])).content.decode()
    for words in ("dues.paid 的说明", "二号柜", "dues.paid.pdf", "收据 7"):
        assert words in page
    assert client.get(reverse("evidence_file", args=[file.pk])).status_code == 200


def test_the_own_list_is_short_and_neither_it_nor_a_search_gives_the_words_away(client, confided):
    answer = client.get(reverse("evidence_articles"), follow=True)
    page = answer.content.decode()
    assert "我的记录" in page
    assert answer.context["shown"].total == 2
    assert "dues.paid 的说明" in page
    assert "talk.heart 的说明" not in page
    assert reverse("evidence_add") not in page
    assert [one["key"] for one in answer.context["shown"].filters] == ["kind", "year", "standing"]
    # Nothing is looked for there: what a word would leave would tell what the note says.
    assert client.get(reverse("evidence_list"), {"q": "talk.heart"}).context["shown"].total == 2
    found = client.get("/search/", {"q": "的说明"}).content.decode()
    assert reverse("evidence", args=[confided["dues.paid"][0].pk]) in found
    assert reverse("evidence", args=[confided["talk.heart"][0].pk]) not in found
    found = client.get("/search/", {"q": "talk.heart.pdf"}).content.decode()
    assert reverse("evidence", args=[confided["talk.heart"][0].pk]) not in found


def test_who_reads_elsewhere_finds_nothing_by_words_that_are_not_told(client, college, zhao, confided):
    from zhibu.access import accounts, system_account

    both = zhao.account
    accounts.grant(
        actor=system_account(),
        account=both,
        role="auditor",
        organization=college.group,
        since=college.began,
    )
    client.force_login(both)
    shown = client.get(reverse("evidence_list")).context["shown"]
    assert shown.total == 2
    rows = client.get(reverse("evidence_list"), {"q": "的说明"}).context["shown"]
    assert [record.kind for record in rows.records] == ["dues.paid"]


def test_who_only_reads_is_not_asked_to_record(client, college, account_of):
    client.force_login(account_of("superior", college.committee))
    page = client.get(reverse("evidence_list")).content.decode()
    assert "按条目登记" not in page
    assert "按条登记" not in client.get(reverse("evidence_articles")).content.decode()
