"""Documents of an organization and of a person: what stands in them, for whom, on paper and in Excel."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from zhibu.access import chain
from zhibu.access.models import LogRow
from zhibu.documents import copying, member_form, rosters
from zhibu.documents.menu import MEMBER, ORGANIZATION
from zhibu.documents.typesetting import pdf
from zhibu.registers.members import actions as members
from zhibu.registers.organizations import offices
from zhibu.site import clock

pytestmark = pytest.mark.django_db

IDENTITY = "11010519491231002X"


@pytest.fixture
def full(college, system, today):
    """张三 with everything known and a post; 赵六 probationary with nothing known."""
    members.change_profile(
        actor=system, member=college.zhang, today=today, sex="女", ethnicity="01", born=date(1949, 12, 31),
        joined=date(1980, 7, 1), confirmed=date(1981, 7, 1), id_number=IDENTITY, education="21",
        floating=True, floating_to="北京",
    )  # fmt: skip
    offices.appoint(
        actor=system, organization=college.one, member=college.zhang, kind="branch_secretary",
        since=date(2023, 12, 1), today=today, document="示例〔2023〕1号",
    )  # fmt: skip
    college.zhao = members.add(
        actor=system, organization=college.one, since=date(2026, 3, 1), today=today, name="赵六",
        status="probationary",
    )  # fmt: skip
    return college


def address(organization, name, **query):
    return reverse("documents:organization", args=[organization.pk, name]) + (
        "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
    )


def test_the_roster_lists_who_was_there_on_the_day(full, today):
    sheet = rosters.members(full.one, today)
    (section,) = sheet.sections
    titles = [column.title for column in sheet.columns]
    zhang, zhao = (dict(zip(titles, row, strict=True)) for row in section.rows)
    assert (zhang["姓名"], zhang["民族"], zhang["出生年月"], zhang["学历"]) == (
        "张三",
        "汉族",
        "1949.12",
        "大学",
    )
    assert (zhang["党内职务"], zhang["备注"], zhang["手机号"]) == ("支部书记", "流动党员", "138****1234")
    assert (zhao["姓名"], zhao["人员类别"], zhao["入党日期"]) == ("赵六", "预备党员", "")
    assert sheet.summary == "共 2 人：正式党员 1 人、预备党员 1 人；在职 2 人。"
    before = rosters.members(full.one, date(2026, 2, 28))
    assert [row[1] for row in before.sections[0].rows] == ["张三"]


def test_of_a_committee_branch_by_branch(full, today):
    sheet = rosters.members(full.committee, today)
    assert [section.title for section in sheet.sections] == [
        "信息工程系党支部（1 人）",
        "机电工程系党支部（2 人）",
    ]
    heads, rows = sheet.table()
    assert heads[0][0] == "所属"
    assert len(rows) == 3


def test_the_groups_with_their_leader_first_and_who_is_in_none(full, system, today):
    zhou = members.add(actor=system, organization=full.one, since=date(2026, 3, 1), today=today, name="周七")
    members.arrange(
        actor=system, branch=full.one, groups={full.zhang.pk: full.group.pk, zhou.pk: full.group.pk},
        since=today, today=today,
    )  # fmt: skip
    offices.appoint(
        actor=system,
        organization=full.group,
        member=zhou,
        kind="group_leader",
        since=date(2026, 3, 1),
        today=today,
    )
    sheet = rosters.groups(full.one, today)
    assert [section.title for section in sheet.sections] == [
        "机电第一党小组（组长：周七，2 人）",
        "尚未编入党小组（1 人）",
    ]
    assert [row[1] for row in sheet.sections[0].rows] == ["周七", "张三"]
    assert [row[1] for row in sheet.sections[1].rows] == ["赵六"]
    assert [row[1] for row in rosters.groups(full.group, today).sections[0].rows] == ["周七", "张三"]


def test_the_offices_with_their_term(full, system, today):
    offices.start_term(actor=system, organization=full.one, since=date(2023, 12, 1), today=today, number=3)
    offices.appoint(
        actor=system,
        organization=full.committee,
        member=full.li,
        kind="cadre",
        since=date(2023, 1, 1),
        today=today,
    )
    sheet = rosters.offices(full.one, today)
    (section,) = sheet.sections
    assert section.title == "届期：第 3 届，2023年12月1日起至 2026年12月1日届满"
    assert section.rows[0][1:4] == ["支部书记", "", "张三"]
    assert section.rows[0][-1] == "示例〔2023〕1号"
    # A cadre is of no leading body; nor was anyone in office before.
    assert rosters.offices(full.committee, today).sections[0].title.startswith("机电工程系党支部")
    assert rosters.offices(full.one, date(2023, 11, 30)).sections == []


@pytest.mark.parametrize("name", sorted(ORGANIZATION))
def test_each_is_a_pdf_and_no_get_writes(name, full, account_of, client):
    client.force_login(account_of("branch_secretary", full.one))
    before = chain.data_version()
    answer = client.get(address(full.one, name))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    if ORGANIZATION[name].excel:
        book = load_workbook(BytesIO(client.get(address(full.one, name, format="xlsx")).content))
        assert book.active.max_row >= 1
    assert chain.data_version() == before


def test_full_numbers_are_asked_for_given_by_post_and_logged(full, account_of, client):
    secretary = account_of("branch_secretary", full.one)
    client.force_login(secretary)
    where = address(full.one, "members", full=1, format="xlsx")
    before = chain.data_version()
    asked = client.get(where)
    assert "打印（记入日志）" in asked.content.decode()
    assert chain.data_version() == before
    book = load_workbook(BytesIO(client.post(where).content))
    assert "13800001234" in [cell.value for row in book.active.rows for cell in row]
    row = LogRow.objects.get(number=before + 1)
    assert (row.actor, row.verb, row.object) == (secretary.pk, "members.unmask", full.one.pk)
    form = reverse("documents:member", args=[full.zhang.pk, "form"]) + "?full=1"
    assert client.post(form).content.startswith(b"%PDF-")
    assert LogRow.objects.get(number=before + 2).object == full.zhang.pk
    # Who may export but not see full numbers is not asked.
    client.force_login(account_of("auditor", full.committee))
    assert client.post(where).status_code == 403


def test_who_may_not_export_has_no_list_and_no_menu(full, account_of, client):
    for role, place in (("member", full.one), ("publicity_commissioner", full.one)):
        client.force_login(account_of(role, place, member=full.zhang if role == "member" else None))
        assert client.get(address(full.one, "members")).status_code == 403
        page = client.get(reverse("organization", args=[full.one.pk]))
        assert "documents" not in [tab.key for tab in page.context["drawn"].tabs]


def test_a_member_prints_the_own_form(full, account_of, client):
    client.force_login(account_of("member", full.one, member=full.zhang))
    menu = client.get(reverse("member", args=[full.zhang.pk]), {"tab": "documents"}).content.decode()
    assert "党员登记表" in menu
    for name in MEMBER:
        assert client.get(reverse("documents:member", args=[full.zhang.pk, name])).status_code == 200
    assert client.get(reverse("documents:member", args=[full.zhao.pk, "form"])).status_code == 404


def test_the_form_tells_what_is_known_and_covers_numbers(full, system, today):
    members.transfer(
        actor=system, member=full.zhang, organization=full.two, since=date(2026, 5, 1), today=today
    )
    values = member_form.values(full.zhang, today, True, "foot")
    assert values["place"] == "信息工程系党支部"
    assert ["公民身份证号", "110105********002X"] in values["wide"]
    assert values["floating"] == "流动党员，外出流向：北京"
    assert [one[1].split("　")[0] for one in values["moves"]] == [
        "加入党组织",
        "转为正式党员",
        "转入",
        "转接组织关系",
    ]
    assert values["posts"][0] == ["2023-12-01 至 今", "机电工程系党支部 支部书记"]
    assert ["公民身份证号", IDENTITY] in member_form.values(full.zhang, today, False, "foot")["wide"]


def test_an_applicants_form_is_called_so(full, system, today):
    applicant = members.apply(actor=system, organization=full.one, since=today, today=today, name="申请人")
    values = member_form.values(applicant, today, True, "foot")
    assert (values["title"], values["place"]) == ("入党申请人登记表", "机电工程系党支部")
    assert pdf("member_form", values, clock.now()).startswith(b"%PDF-")


def test_the_copy_sheet_has_the_official_order_with_codes_and_changes_first(full, system, today, monkeypatch):
    monkeypatch.setenv("ZHIBU_TODAY", today.isoformat())
    members.change_profile(actor=system, member=full.zhao, today=today, education="11", mobile="13900001111")
    values = copying.of_organization(full.one, today, today, True, "foot")
    everyone = {one["name"]: one for one in values["people"]}
    fields = dict(everyone["张三"]["fields"])
    assert list(fields)[:8] == [
        "姓名",
        "所在党支部",
        "公民身份证号",
        "性别",
        "民族",
        "出生日期",
        "学历",
        "人员类别",
    ]
    assert (fields["民族"], fields["学历"], fields["是否为流动党员"]) == ("01 汉族", "21 大学", "是")
    assert set(everyone["赵六"]["marked"]) >= {"学历", "手机号"}
    later = date(2026, 11, 24)
    assert copying.changes([full.zhang.pk, full.zhao.pk], later) == {}


def test_the_copy_sheet_tells_who_left_and_is_not_endless(
    full, system, today, account_of, client, monkeypatch
):
    members.leave(actor=system, member=full.zhao, until=date(2026, 11, 20), reason="转往外地")
    values = copying.of_organization(full.one, today, date(2026, 11, 1), True, "foot")
    assert values["gone"] == [["赵六", "2026-11-20", "转往外地"]]
    monkeypatch.setattr(copying, "MOST_PEOPLE", 0)
    client.force_login(account_of("branch_secretary", full.one))
    answer = client.get(address(full.one, "copy", since="2026-11-01"))
    assert answer.status_code == 409
    assert "把日期改近一些" in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{"day": "x"}, {"day": "1800-01-01"}, {"day": "2999-01-01"}, {"since": "九"}]
)
def test_a_day_that_makes_no_sense_is_refused_not_replaced(query, full, account_of, client):
    client.force_login(account_of("branch_secretary", full.one))
    answer = client.get(address(full.one, "copy", **query))
    assert answer.status_code == 409
    assert f"“{next(iter(query.values()))}”不是" in answer.content.decode()
    assert client.get(address(full.one, "copy", day="", since="")).content.startswith(b"%PDF-")


def test_what_there_is_not_is_404(full, account_of, client):
    client.force_login(account_of("committee_officer", full.committee))
    for where in (
        address(full.one, "nothing"),
        address(full.group, "members"),
        reverse("documents:member", args=[full.zhang.pk, "nothing"]),
    ):
        assert client.get(where).status_code == 404


def test_long_names_and_typst_signs_are_set_as_text(full, system, today, account_of, client):
    members.change_profile(
        actor=system, member=full.zhao, today=today, name="阿卜杜热合曼·#panic()[$x$]" + "长" * 30,
        school="*" * 80, work_post="@" * 60,
    )  # fmt: skip
    client.force_login(account_of("committee_officer", full.committee))
    for name in ("members", "copy"):
        assert client.get(address(full.one, name)).content.startswith(b"%PDF-")
    form = reverse("documents:member", args=[full.zhao.pk, "form"])
    assert client.get(form).content.startswith(b"%PDF-")


@pytest.mark.parametrize("name", sorted(ORGANIZATION))
def test_a_document_asks_as_much_for_three_members_as_for_one(
    name, full, system, today, account_of, client, django_assert_max_num_queries
):
    client.force_login(account_of("branch_secretary", full.one))

    def asked():
        client.get(address(full.one, name))
        with django_assert_max_num_queries(60) as queries:
            client.get(address(full.one, name))
        return len(queries)

    one = asked()
    for number in range(3):
        members.add(actor=system, organization=full.one, since=full.began, today=today, name=f"新人{number}")
    assert asked() == one
