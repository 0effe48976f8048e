"""Every form with missing, absurd and hostile input: nothing written, a clear word, and what was typed stays."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.html import escape

from tests.registers.activities.conftest import draft
from zhibu.access.models import Account, LogRow
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Line
from zhibu.registers.activities.models import Activity
from zhibu.registers.evidence.models import Entry

pytestmark = pytest.mark.django_db

DAY = "2026-11-18"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
EMOJI = "😀党🏳️‍🌈"
LONG = "长" * 10_000
NUL = "甲\x00乙"
ABSURD_DAYS = ("1800-01-01", "0001-01-01", "2999-12-31", "9999-12-31", "31/12/2026", "昨天")


@pytest.fixture
def browse(client, account_of, college, today):
    client.force_login(account_of("committee_officer", college.committee))
    return client


@pytest.fixture
def held(college, system, today):
    line = Line(college.zhang.pk, college.one.pk, "present")
    return activities.record_activity(
        actor=system, organization=college.one, draft=draft(), lines=[line], today=today
    )


#: Form → (address, what is typed when all is well, its text fields, its day fields).
FORMS = {
    "activity": (
        lambda c, _: f"{reverse('activity_record')}?organization={c.one.pk}&day={DAY}",
        lambda c: {"day": DAY, "part": "afternoon", "kinds": ["four.study"], "content": "学",
                   f"att-{c.zhang.pk}": "present"},
        ("title", "place", "chair", "visitors", "late_reason"),
        ("day", "last_day", "plan_on", "record_on", "evaluation_on"),
    ),
    "paper": (
        lambda _, held: reverse("activity_paper", args=[held.pk, "record"]),
        lambda c: {"body": "记录", "happened": DAY},
        ("kept_at",),
        ("happened",),
    ),
    "dues day": (
        lambda c, _: f"{reverse('evidence_add')}?kind=dues.day&organization={c.one.pk}",
        lambda c: {"day": DAY, "note": "每月 5 日"},
        ("note", "kept_at"),
        ("day", "until"),
    ),
    "room": (
        lambda c, _: f"{reverse('evidence_add')}?kind=room.space&organization={c.one.pk}",
        lambda c: {"day": DAY, "note": "实训楼 301"},
        ("note", "kept_at"),
        ("day", "until"),
    ),
    "post": (
        lambda c, _: reverse("organization_appoint", args=[c.one.pk]),
        lambda c: {"member": c.zhang.pk, "kind": "branch_secretary", "since": DAY},
        ("portfolio", "document"),
        ("since", "until"),
    ),
    "term": (
        lambda c, _: reverse("organization_term", args=[c.one.pk]),
        lambda c: {"since": "2024-01-01", "number": "1"},
        ("approval",),
        ("since", "until"),
    ),
    "organization": (
        lambda c, _: reverse("organization_add"),
        lambda c: {"name": "新支部", "kind": "branch", "parent": c.committee.pk, "category": "staff",
                   "since": "2024-01-01"},
        ("name", "short_name", "number", "phone"),
        ("since",),
    ),
    "exemption": (
        lambda c, _: reverse("exemptions:new"),
        lambda c: {"organization": c.one.pk, "duty": "study.weekly", "since": DAY, "reason": "基建停用"},
        ("reason", "document"),
        ("since", "until"),
    ),
    "account": (
        lambda c, _: reverse("account_add"),
        lambda c: {"username": "u1", "name": "审计员"},
        ("username", "name"),
        (),
    ),
    "member": (
        lambda c, _: reverse("member_add"),
        lambda c: {"organization": c.one.pk, "status": "full", "category": "staff", "since": DAY, "name": "新"},
        ("name", "number", "school"),
        ("since", "born", "joined", "applied", "confirmed"),
    ),
}  # fmt: skip


def refused(answer, rows):
    """It was turned away with a word that stands beside the field or above the form, and nothing was written."""
    assert answer.status_code in (409, 422), answer.status_code
    assert LogRow.objects.count() == rows
    text = answer.content.decode()
    assert 'class="wrong"' in text or 'class="refusal"' in text
    return text


def told(text):
    """What the page says is wrong."""
    import re

    parts = re.findall(r'class="(?:what|why|mend)">(.*?)</p>|class="wrong"[^>]*>(.*?)</ul>', text, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", "".join(part)) for part in parts)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_absurd_days_are_refused_and_the_rest_stays(name, browse, college, held):
    address, good, _, days = FORMS[name]
    rows = LogRow.objects.count()
    for field in days:
        for wrong in ABSURD_DAYS:
            given = {**good(college), field: wrong}
            text = refused(browse.post(address(college, held), given), rows)
            assert "年" in told(text) or "2026-11-25" in told(text), (field, wrong, told(text))
            assert wrong in text or field == "day", (field, wrong)
            for kept in ("实训楼 301", "每月 5 日", "基建停用"):
                assert kept not in given.values() or kept in text


@pytest.mark.parametrize("name", sorted(FORMS))
def test_too_long_and_unseen_signs_are_refused_in_words(name, browse, college, held):
    address, good, texts, _ = FORMS[name]
    rows = LogRow.objects.count()
    for field in texts:
        text = refused(browse.post(address(college, held), {**good(college), field: LONG}), rows)
        assert "个字，现有 10000 个" in told(text), (field, told(text))
        text = refused(browse.post(address(college, held), {**good(college), field: NUL}), rows)
        assert "控制字符" in told(text)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_markup_is_text_wherever_it_is_shown(name, browse, college, held):
    address, good, texts, _ = FORMS[name]
    for field in texts:
        for typed in (HOSTILE, EMOJI):
            page = browse.post(address(college, held), {**good(college), field: typed}, follow=True)
            assert page.status_code in (200, 409, 422), (field, page.status_code)
            assert HOSTILE not in page.content.decode(), field
            if page.status_code != 200:
                assert escape(typed) in page.content.decode() or field == "late_reason", field


@pytest.mark.parametrize("name", sorted(FORMS))
def test_nothing_filled_in_names_every_field_that_must_be(name, browse, college, held):
    address, good, _, _ = FORMS[name]
    rows = LogRow.objects.count()
    text = refused(browse.post(address(college, held), dict.fromkeys(good(college), "")), rows)
    assert "请填写" in told(text) or "没有" in told(text) or "请选" in told(text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "不小于 0"),
        ("1e400", "过大"),
        ("9" * 30, "过大"),
        ("NaN", "不小于 0"),
        ("十元", "请填写数字"),
        ("1.234", "2 位小数"),
        ("", "请填写"),
    ],
)
def test_amounts_that_are_none(browse, college, typed, said):
    address = f"{reverse('evidence_add')}?kind=budget&organization={college.committee.pk}"
    rows = LogRow.objects.count()
    text = refused(browse.post(address, {"day": DAY, "amount": typed, "note": "预算"}), rows)
    assert said in told(text)
    assert escape(typed) in text


@pytest.mark.parametrize("kind", ["dues.paid", "dues.due"])
@pytest.mark.parametrize("month", ["1800-01", "2999-12", "2026-13", "上月"])
def test_dues_of_an_absurd_month(browse, college, kind, month):
    address = f"{reverse('evidence_add')}?kind={kind}&organization={college.one.pk}"
    given = {"day": DAY, "amount": "5", "member": college.zhang.pk, "counts_for": month}
    rows = LogRow.objects.count()
    text = refused(browse.post(address, given), rows)
    assert "年份" in told(text) or "2026-03" in told(text)


def test_the_end_lies_after_the_beginning(browse, college, held):
    rows = LogRow.objects.count()
    for name, other in (
        ("dues day", {"until": "2026-11-01"}),
        ("post", {"until": "2026-11-01"}),
        ("exemption", {"until": "2026-11-01"}),
        ("term", {"until": "2023-01-01", "approval": "批复"}),
        ("activity", {"last_day": "2026-11-17"}),
        ("activity", {"part": "clock", "start": "16:00", "end": "14:00"}),
    ):
        address, good, _, _ = FORMS[name]
        text = refused(browse.post(address(college, held), {**good(college), **other}), rows)
        assert any(word in told(text) for word in ("晚于", "早于")), (name, told(text))


def test_papers_are_dated_as_they_can_have_been_written(browse, college, held):
    address, good, _, _ = FORMS["activity"]
    rows = LogRow.objects.count()
    for other, said in (
        ({"plan_body": "方案", "plan_on": "2026-11-24"}, "今天之后"),
        ({"plan_body": "方案", "plan_on": "2016-11-18"}, "核对年份"),
        ({"record_body": "记录", "record_on": "2026-11-17"}, "早于活动日期"),
        ({"evaluation_body": "好", "evaluation_on": "2026-11-17"}, "早于活动日期"),
        ({"counts_for": "2024-11-13", "counts_for_reason": "放假"}, "相差一年以上"),
    ):
        text = refused(browse.post(address(college, held), {**good(college), **other}), rows)
        assert said in told(text), (other, told(text))


def test_the_list_of_an_activity(browse, college, held):
    address = reverse("activity_attendance", args=[held.pk])
    who = college.zhang.pk
    rows = LogRow.objects.count()
    for given, said in (
        ({f"att-{who}": "flying"}, "名单是空的"),
        ({f"att-{college.foreign.pk}": "present"}, "名单是空的"),
        ({f"att-{who}": "leave", f"why-{who}": LONG}, "最多 200 个"),
    ):
        assert said in told(refused(browse.post(address, given), rows))
    assert browse.post(address, {f"att-{who}": "leave", f"why-{who}": NUL}).status_code == 302
    assert Activity.objects.get().attendances.get().reason == "甲乙"


def test_the_list_of_a_whole_college_is_not_too_long(browse, college, held):
    """全体党员: two fields for each of 700, and of a committee of 20 000 too."""
    others = {f"{field}-{number}": "" for number in range(20_000) for field in ("att", "why")}
    given = {f"att-{college.zhang.pk}": "leave", **others}
    assert browse.post(reverse("activity_attendance", args=[held.pk]), given).status_code == 302
    assert Activity.objects.get().attendances.get().state == "leave"


def test_the_sheet_of_a_branch(browse, college):
    who = college.zhang.pk
    address = f"{reverse('evidence_sheet')}?kind=appraisal.qualified&organization={college.one.pk}"
    rows = LogRow.objects.count()
    for given, said in (
        ({}, "一个人也没有勾选"),
        ({f"pick-{who}": "dues.paid"}, "一个人也没有勾选"),
        ({f"pick-{who}": "appraisal.ungraded"}, "未定等次没有写原因"),
        ({f"pick-{who}": "appraisal.basic", f"note-{who}": LONG}, "最多 400 个字"),
    ):
        assert said in told(refused(browse.post(address, {"day": DAY, **given}), rows))
    assert (
        browse.post(address, {"day": DAY, f"pick-{who}": "appraisal.basic", f"note-{who}": NUL}).status_code
        == 302
    )
    assert Entry.objects.get().note == "甲乙"


def test_a_role_is_not_given_twice(browse, college, account_of):
    account = account_of("member", college.one, college.zhang)
    address = reverse("account_grant", args=[account.pk])
    rows = LogRow.objects.count()
    given = {"role": "member", "organization": college.one.pk, "since": "2026-01-01"}
    assert "已有“党员”" in told(refused(browse.post(address, given), rows))


@pytest.mark.parametrize(
    "address",
    [
        "/activities/new/?day=0001-01-01",
        "/activities/new/?day=9999-12-31",
        "/activities/new/?instead-of=9999-12-31&kind=nope&audience=x",
        "/activities/?month=9999-12",
        "/activities/?month=0000-00",
        "/organizations/?day=0001-01-01",
        "/organizations/list/?day=9999-12-31",
        "/log/?since=0001-01-01&until=9999-12-31",
        "/exemptions/?day=0001-01-01",
        "/evidence/sheet/?kind=dues.paid&month=9999-12",
        "/evidence/new/?kind=dues.day&day=0001-01-01",
        "/norm/?day=9999-12-31",
        "/members/?page=999999999999&sort=nope&organization=nope",
    ],
)
def test_an_address_typed_wrong_shows_a_page(browse, college, address):
    assert browse.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/members/?q=%00", "/members/%00/", "/evidence/list/?member=%00", "/activities/new/?planned=%00"],
)
def test_an_address_with_a_nul_is_none_of_ours(browse, college, address):
    answer = browse.get(address)
    assert answer.status_code == 400
    assert "看不懂" in answer.content.decode()


def test_an_account_of_the_same_name_is_refused(browse, college):
    for name in ("system", "SYSTEM"):
        answer = browse.post(reverse("account_add"), {"username": name, "name": "某"})
        assert answer.status_code == 409
    assert Account.objects.filter(username__iexact="system").count() == 1
