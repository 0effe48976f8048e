"""The formats that people bring, found by their header texts wherever the header stands (PEERS.md)."""

from __future__ import annotations

import csv
import datetime
import io

import openpyxl
import pytest
import xlwt

from zhibu.registers.members.roster.headers import PostTitle
from zhibu.registers.members.roster.reading import read_sheets
from zhibu.registers.members.roster.rows import read_roster
from zhibu.registers.members.rules import check_digit

TODAY = datetime.date(2026, 9, 1)
_FIRST = "99000019800315011"
IDENTITY = _FIRST + check_digit(_FIRST)
BORN = datetime.date(1980, 3, 15)


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(*rows):
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("名册")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell is not None:
                page.write(number, place, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def separated(*rows, encoding="utf-8", delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def read(data, name="a.xlsx"):
    (sheet,), _ = read_roster(read_sheets(data, name), TODAY)
    return sheet


STATISTICS = {
    "姓名": "郝自强",
    "身份证号码": IDENTITY,
    "性别": "男",
    "出生日期": "1980.03.15",
    "民族": "汉",
    "籍贯": "河北张家口",
    "年龄": 46,
    "学历": "硕士研究生",
    "学位": "工学硕士",
    "毕业院校": "示例大学",
    "专业": "机械工程",
    "入党时间": "2003年6月20日",
    "转正日期": 38158,
    "工作岗位": "0212 事业单位专业技术岗位",
    "从事专业技术职务": "副教授",
    "人员类别": "正式党员",
    "手机号码": 13800000001.0,
    "联系电话": "0313-1234567",
    "所在党支部": "第一党支部",
    "档案所在单位": "示例学院",
    "户籍所在地": "示例市甲区",
    "现居住地": "示例市乙区",
    "失去联系情形": "",
    "失去联系日期": "",
}
READ = {
    "name": "郝自强",
    "id_number": IDENTITY,
    "sex": "男",
    "born": BORN,
    "ethnicity": "01",
    "native_place": "河北张家口",
    "degree": "工学硕士",
    "school": "示例大学",
    "subject": "机械工程",
    "joined": datetime.date(2003, 6, 20),
    "confirmed": datetime.date(2004, 6, 20),
    "work_post": "0212",
    "technical_post": "副教授",
    "status": "full",
    "mobile": "13800000001",
    "landline": "0313-1234567",
    "branch": "第一党支部",
    "archive": "示例学院",
    "household_address": "示例市甲区",
    "address": "示例市乙区",
}


@pytest.mark.parametrize("build", [xlsx, xls], ids=["xlsx", "xls"])
def test_the_statistics_sheet(build):
    sheet = read(build(list(STATISTICS), list(STATISTICS.values())))
    assert sheet.notes == []
    (entry,) = sheet.entries
    assert not entry.stops()
    assert {name: entry.values.get(name) for name in READ} == READ
    assert entry.values["education"]


def test_who_lost_contact_by_its_date_is_lost():
    row = STATISTICS | {"失去联系情形": "手机停机", "失去联系日期": "2025.1.1"}
    (entry,) = read(xlsx(list(row), list(row.values()))).entries
    assert entry.values["lost"] is True
    assert entry.values["lost_since"] == datetime.date(2025, 1, 1)
    assert entry.values["lost_how"] == "手机停机"


def test_a_roster_of_posts_and_state():
    heads = ["组织名称", "职务", "姓名", "入党日期", "党员状态"]
    rows = [
        ["第一党支部", "支部书记、组织委员", "郝自强", "2003-06-20", "正式党员"],
        ["第一党支部", "", "钱二", "2003-06-20", "停止党籍"],
    ]
    first, second = read(xlsx(heads, *rows)).entries
    assert first.values["branch"] == "第一党支部"
    assert first.values["status"] == "full"
    assert first.posts == (
        PostTitle("branch_secretary"),
        PostTitle("branch_committee_member", "组织委员"),
    )
    assert second.values["suspended"] is True


def test_a_roster_with_number_first_and_state_of_registration():
    heads = [
        "序号",
        "姓名",
        "党员类别",
        "所在组织",
        "出生年月",
        "档案管理单位",
        "党籍状态",
        "加入党组织日期",
        "身份证",
    ]
    row = [1, "郝自强", "正式党员", "第一党支部", "198003", "人才中心", "正常", "20030620", IDENTITY]
    (entry,) = read(xlsx(heads, row)).entries
    assert not entry.stops()
    found = {name: entry.values[name] for name in ("archive", "suspended", "joined", "born", "branch")}
    assert found == {
        "archive": "人才中心",
        "suspended": False,
        "joined": datetime.date(2003, 6, 20),
        "born": BORN,  # the identity number knows the day
        "branch": "第一党支部",
    }


def test_a_matrix_with_a_column_for_each_post():
    heads = ["姓名", "所在支部", "人员类别", "书记", "副书记", "组织委员", "宣传委员"]
    rows = [
        ["甲一", "第一党支部", "正式党员", "是", "", "√", "否"],
        ["乙二", "第一党支部", "正式党员", "", "Y", "×", "✓"],
        ["丙三", "第一党支部", "正式党员", "N", "", "", ""],
        ["丁四", "第一党支部", "正式党员", "大概", "", "", ""],
    ]
    one, two, three, four = read(xlsx(heads, *rows)).entries
    member = "branch_committee_member"
    assert one.posts == (PostTitle("branch_secretary"), PostTitle(member, "组织委员"))
    assert two.posts == (PostTitle("branch_deputy_secretary"), PostTitle(member, "宣传委员"))
    assert three.posts == ()
    assert [fault.code for fault in four.faults] == ["yes_no.unknown"]


@pytest.mark.parametrize("build", [xlsx, xls], ids=["xlsx", "xls"])
def test_two_rows_of_heads_below_a_title_and_a_hint(build):
    rows = [
        ["示例学院党员花名册"],
        ["填表说明：日期写成 2020-08-20；电话必填"],
        [None],
        ["序号", "姓  名", "所在\n党支部", "人员类别*", "联系电话", None, "任职情况", None],
        [None, None, None, None, "手机号", "固定电话", "书记", "组织委员"],
        [1, "郝自强", "第一党支部", "正式党员", "13800000001", "0313-1234567", "√", None],
        [None],
        ["合计", 1],
        ["注：以上由支部填报"],
    ]
    sheet = read(build(*rows))
    (entry,) = sheet.entries
    assert entry.row == 6
    assert not entry.stops()
    assert (entry.values["mobile"], entry.values["landline"]) == ("13800000001", "0313-1234567")
    assert entry.posts == (PostTitle("branch_secretary"),)
    assert sheet.header.above[:2] == ["示例学院党员花名册", "填表说明：日期写成 2020-08-20；电话必填"]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "name"),
    [
        ("utf-8", ",", "a.csv"),
        ("utf-8-sig", ",", "a.csv"),
        ("gbk", ",", "a.csv"),
        ("gb18030", ";", "a.csv"),
        ("utf-16", "\t", "a.txt"),
        ("gbk", "\t", "a.tsv"),
    ],
)
def test_text_in_the_encodings_of_excel_and_wps(encoding, delimiter, name):
    data = separated(list(STATISTICS), list(STATISTICS.values()), encoding=encoding, delimiter=delimiter)
    (entry,) = read(data, name).entries
    assert entry.values["name"] == "郝自强"
    assert entry.values["id_number"] == IDENTITY
    assert entry.values["confirmed"] == datetime.date(2004, 6, 20)  # a serial number, as text


def test_columns_in_any_order_and_columns_that_nobody_asked_for():
    heads = ["备注", "血型", "党支部名称", "党员姓名", "政治面貌"]
    sheet = read(xlsx(heads, ["", "A", "第一党支部", "郝自强", "中共党员"]))
    assert sheet.notes == ["没有读的列：血型"]
    (entry,) = sheet.entries
    assert (entry.values["branch"], entry.values["status"]) == ("第一党支部", "full")


@pytest.mark.parametrize("build", [xlsx, xls], ids=["xlsx", "xls"])
def test_the_sheet_of_branches(build):
    heads = ["编号", "名称", "简称", "类别", "党员总数", "成立时间", "书记", "联系电话"]
    row = ["01", "机电工程系党支部", "机电", "教工", 31, "2012.9", "张三", "0313-7654321"]
    sheet = read(build(["党支部一览表"], heads, row))
    assert sheet.header.kind == "branches"
    (entry,) = sheet.entries
    assert entry.values == {
        "number": "01",
        "name": "机电工程系党支部",
        "short": "机电",
        "category": "教工",
        "members": "31",
        "founded": datetime.date(2012, 9, 1),
        "secretary": "张三",
        "phone": "0313-7654321",
    }


def test_the_applicants_sheet_is_told_from_a_roster():
    heads = ["学工号", "姓名", "公民身份证号码", "入党申请时间", "确定为积极分子时间", "所在党组织"]
    sheet = read(xlsx(heads, ["S1", "赵新", IDENTITY, "2025-09-10", "2026.3", "第一党支部"]))
    assert sheet.header.kind == "applicants"
    (entry,) = sheet.entries
    assert entry.values["activist"] == datetime.date(2026, 3, 1)
    assert [fault.code for fault in entry.faults] == ["date.month_only"]
