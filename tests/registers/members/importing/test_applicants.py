"""An applicants' sheet goes in, a second time changes nothing, comes out again, and is undone (article 7)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.registers.members.importing.test_batches import identity, look, source, workbook
from zhibu.access.chain import verify
from zhibu.registers.members import actions as members
from zhibu.registers.members.importing.actions import import_members
from zhibu.registers.members.importing.applicants import import_applicants
from zhibu.registers.members.importing.exporting import export_applicants
from zhibu.registers.members.importing.previewing import preview
from zhibu.registers.members.importing.undoing import undo_batch
from zhibu.registers.members.models import Application, Member

pytestmark = pytest.mark.django_db

#: As PEERS.md lists them.
HEADS = [
    "学工号",
    "姓名",
    "公民身份证号码",
    "性别",
    "民族",
    "出生日期",
    "学历",
    "入党申请时间",
    "确定为积极分子时间",
    "确定为发展对象时间",
    "所在党组织",
    "入党时间",
    "转正时间",
    "移动电话",
]


def row(name, number, **changes):
    values = dict.fromkeys(HEADS, "") | {
        "学工号": f"S{number:03}",
        "姓名": name,
        "公民身份证号码": identity(number, date(2004, 5, 1)),
        "出生日期": "2004-05-01",
        "民族": "汉族",
        "入党申请时间": "2025.9.10",
        "所在党组织": "机电工程系党支部",
        "移动电话": f"139{number:08}",
    }
    return [(values | changes)[head] for head in HEADS]


def sheet(*rows):
    return workbook(*rows, heads=HEADS)


@pytest.fixture
def officer(account_of, college):
    return account_of("committee_officer", college.committee)


@pytest.fixture
def bring(officer, college, today):
    def write(data, **more):
        plan = look(officer, college, data, today, **more)
        return plan, import_applicants(source=source(officer, college, today), plan=plan)

    return write


def everything():
    people = {member.pk: member.snapshot() for member in Member.objects.all()}
    fields = ("member", "organization", "since", "until", "activist", "prospect", "reason")
    return people, sorted(Application.objects.values_list(*fields), key=str)


def test_who_is_not_on_the_sheet_are_applicants(bring, officer, college, today):
    """The members of the branch are on another roster."""
    assert college.zhang.memberships.get().organization == college.one
    bring(sheet(row("甲一", 1), row("乙二", 2)))
    plan = look(officer, college, sheet(row("甲一", 1)), today)
    assert [one.name for one in plan.absent] == ["乙二"]


def test_rows_become_applicants_and_no_members(bring, college, account_of):
    plan, batch = bring(sheet(row("赵新", 1, 确定为积极分子时间="2026-03-15"), row("钱新", 2)))
    assert plan.counts() == {"add": 2, "change": 0, "same": 0, "bad": 0}
    zhao = Member.objects.get(name="赵新")
    assert not zhao.memberships.exists()
    assert (zhao.applied, zhao.sensitive["mobile"]) == (date(2025, 9, 10), "13900000001")
    application = zhao.applications.get()
    assert (application.organization_id, application.since) == (college.one.pk, date(2025, 9, 10))
    assert application.activist == date(2026, 3, 15)
    assert batch.kind == "applicants"
    assert verify() is None


def test_the_same_sheet_twice_changes_nothing_and_out_and_in_again(bring, officer, college, today):
    data = sheet(row("赵新", 1, 确定为积极分子时间="2026-03-15"), row("钱新", 2))
    bring(data)
    assert look(officer, college, data, today).counts()["same"] == 2
    out, count = export_applicants(reader=officer, organization=college.committee, day=today, masked=False)
    assert count == 2
    assert look(officer, college, out, today).counts() == {"add": 0, "change": 0, "same": 2, "bad": 0}
    masked, _ = export_applicants(reader=officer, organization=college.committee, day=today)
    assert identity(1, date(2004, 5, 1)).encode() not in masked
    assert look(officer, college, masked, today).counts()["same"] == 2


def test_changes_are_made_and_undone(bring, officer, college, today):
    bring(sheet(row("赵新", 1), row("钱新", 2)))
    state = everything()
    moved = row(
        "赵新", 1, 所在党组织="信息工程系党支部", 移动电话="13911111111", 确定为积极分子时间="2026-03-15"
    )
    plan, batch = bring(sheet(moved, row("孙新", 3), row("钱新", 2, 入党申请时间="2025-08-01")))
    assert [one.verb for one in plan.rows] == ["change", "add", "change"]
    assert set(plan.rows[0].changes) == {"branch", "mobile", "activist"}
    zhao = Member.objects.get(name="赵新")
    old, new = zhao.applications.order_by("since")
    assert (old.organization_id, old.until) == (college.one.pk, today)
    assert (new.organization_id, new.until, new.activist) == (college.two.pk, None, date(2026, 3, 15))
    assert Application.objects.get(member__name="钱新").since == date(2025, 8, 1)
    undo_batch(actor=officer, batch=batch, today=today)
    assert everything() == state


def test_who_has_joined_goes_back_and_who_is_a_member_gets_no_application(bring, officer, college, today):
    members.change_profile(
        actor=officer, member=college.zhang, today=today, id_number=identity(9, date(2004, 5, 1))
    )
    plan, _ = bring(sheet(row("赵新", 1, 入党时间="2026-06-20"), row("张三", 9, 学工号="1001")))
    assert [one.verb for one in plan.rows] == ["bad", "change"]
    assert [fault.code for fault in plan.rows[0].entry.faults] == ["applicant.joined"]
    assert "applicant.member" in [fault.code for fault in plan.rows[1].entry.faults]
    assert not Application.objects.exists()


def test_steps_out_of_order_go_back(officer, college, today):
    plan = look(officer, college, sheet(row("赵新", 1, 确定为发展对象时间="2025-01-01")), today)
    assert [fault.code for fault in plan.rows[0].entry.faults] == ["date.order"]


def test_without_a_date_the_application_is_dated_and_said_so(bring):
    plan, _ = bring(sheet(row("赵新", 1, 入党申请时间="")), since=date(2026, 9, 1))
    assert [fault.code for fault in plan.rows[0].entry.faults] == ["applied.missing"]
    assert Application.objects.get().since == date(2026, 9, 1)


def test_an_ended_application_is_not_overlapped(bring, officer, today):
    bring(sheet(row("赵新", 1)))
    zhao = Member.objects.get(name="赵新")
    members.withdraw(actor=officer, member=zhao, until=date(2026, 5, 1), reason="本人撤回")
    bring(sheet(row("赵新", 1)))
    spans = list(zhao.applications.order_by("since").values_list("since", "until"))
    assert spans == [(date(2025, 9, 10), date(2026, 5, 1)), (date(2026, 5, 1), None)]


def test_an_applicant_on_a_members_roster_is_received_and_undo_makes_one_again(
    bring, officer, college, today
):
    bring(sheet(row("赵新", 1)))
    state = everything()
    heads = ["姓名", "所在党支部", "公民身份证号", "人员类别", "入党时间"]
    line = ["赵新", "机电工程系党支部", identity(1, date(2004, 5, 1)), "预备党员", "2026-06-20"]
    found = preview(
        reader=officer,
        committee=college.committee,
        data=workbook(line, heads=heads),
        file_name="a.xlsx",
        today=today,
        since=date(2026, 1, 1),
    )
    batch = import_members(source=source(officer, college, today), plan=found.people)
    zhao = Member.objects.get(name="赵新")
    assert zhao.memberships.get().since == date(2026, 6, 20)
    assert zhao.applications.get().until == date(2026, 6, 20)
    undo_batch(actor=officer, batch=batch, today=today)
    assert everything() == state
    assert not zhao.memberships.exists()
