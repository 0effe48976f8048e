"""A sheet of branches goes in: set up, changed, its secretaries appointed; a second time nothing; and undone."""

from __future__ import annotations

from datetime import date

import pytest

from tests.registers.members.importing.test_batches import source, workbook
from zhibu.registers.members.importing.actions import import_branches
from zhibu.registers.members.importing.previewing import preview
from zhibu.registers.members.importing.undoing import undo_batch
from zhibu.registers.organizations.models import Organization, Placement, Post

pytestmark = pytest.mark.django_db
HEADS = ["编号", "名称", "简称", "类别", "党员总数", "成立时间", "书记", "联系电话"]
ROWS = [
    ["01", "机电工程系党支部", "机电", "教工", 31, "2020.3", "张三", "0313-7654321"],
    ["02", "信息工程系支部委员会", "信息", "学生", 12, "", "没有的人", ""],
    ["03", "离退休第一党支部", "离退一", "离退休", 40, "2012-09-01", "", ""],
]


@pytest.fixture
def officer(account_of, college):
    return account_of("committee_officer", college.committee)


@pytest.fixture
def look(officer, college, today):
    def read(*rows):
        return preview(
            reader=officer,
            committee=college.committee,
            data=workbook(*rows, heads=HEADS),
            file_name="a.xlsx",
            today=today,
        ).branches

    return read


@pytest.fixture
def bring(look, officer, college, today):
    def write(*rows):
        plan = look(*rows)
        given = source(officer, college, today)
        return plan, import_branches(source=given, plan=plan, since=date(2026, 1, 1))

    return write


def everything():
    return (
        sorted(Organization.objects.values_list("id", "number", "short_name", "phone", "founded")),
        sorted(Placement.objects.values_list("name", "category", "since", "until"), key=str),
        list(Post.objects.values_list("organization", "member", "kind")),
    )


def test_branches_are_set_up_and_changed(bring, college, today):
    plan, batch = bring(*ROWS)
    assert [row.verb for row in plan.rows] == ["change", "change", "add"]
    one = Organization.objects.get(pk=college.one.pk)
    assert (one.number, one.short_name, one.phone, one.founded) == (
        "01",
        "机电",
        "0313-7654321",
        date(2020, 3, 1),
    )
    post = Post.objects.get()
    assert (post.organization_id, post.member_id, post.kind) == (
        college.one.pk,
        college.zhang.pk,
        "branch_secretary",
    )
    two = Organization.objects.on(today).get(pk=college.two.pk)
    assert two.category == "student"
    new = Organization.objects.on(today).get(name="离退休第一党支部")
    assert (new.category, new.founded, new.parent_id) == ("retiree", date(2012, 9, 1), college.committee.pk)
    assert new.placed_since == college.began  # not before the committee itself is on record
    assert batch.branches == [new.pk]
    assert [fault.code for fault in plan.rows[1].entry.faults] == ["post.unknown"]


def test_the_same_sheet_twice_changes_nothing(bring, look):
    bring(*ROWS)
    assert look(*ROWS).counts() == {"add": 0, "change": 0, "same": 3, "bad": 0}


def test_another_secretary_is_told_and_not_appointed(bring, look, college):
    bring(ROWS[0])
    (row,) = look([*ROWS[0][:6], "李四", ROWS[0][7]]).rows
    assert row.verb == "same"
    assert "post.taken" in [fault.code for fault in row.entry.faults]


def test_a_category_that_nobody_knows_and_a_branch_twice_go_back(look):
    unknown = ["04", "后勤党支部", "", "其他", "", "", "", ""]
    plan = look(ROWS[0], unknown, ROWS[0])
    assert [row.verb for row in plan.rows] == ["change", "bad", "bad"]
    codes = [[fault.code for fault in row.entry.faults if fault.stops()] for row in plan.rows]
    assert codes == [[], ["code.unknown"], ["row.repeated"]]


def test_undo_puts_all_back(bring, officer, today):
    state = everything()
    _, batch = bring(*ROWS)
    assert everything() != state
    undo_batch(actor=officer, batch=batch, today=today)
    assert everything() == state
