"""A batch goes in, a second time changes nothing, and comes back out; what depends on it holds it."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest

from zhibu.access import NotPermitted, Refused
from zhibu.access.chain import verify
from zhibu.access.models import LogRow, Touched
from zhibu.registers.members import actions as members
from zhibu.registers.members.importing.actions import import_members
from zhibu.registers.members.importing.exporting import export_roster
from zhibu.registers.members.importing.models import Batch
from zhibu.registers.members.importing.previewing import preview
from zhibu.registers.members.importing.undoing import blockers, undo_batch
from zhibu.registers.members.importing.writing import Source
from zhibu.registers.members.models import Member, Membership
from zhibu.registers.members.rules import check_digit
from zhibu.registers.organizations.models import Organization, Post

pytestmark = pytest.mark.django_db

HEADS = [
    "姓名",
    "所在党支部",
    "公民身份证号",
    "出生日期",
    "人员类别",
    "加入党组织日期",
    "工作岗位",
    "手机号",
    "职务",
]


def identity(number: int, born: date = date(1985, 5, 1)) -> str:
    first = f"990000{born:%Y%m%d}{number:03}"
    return first + check_digit(first)


def row(name, number, branch="机电工程系党支部", **changes):
    values = {
        "姓名": name,
        "所在党支部": branch,
        "公民身份证号": identity(number),
        "出生日期": "1985-05-01",
        "人员类别": "正式党员",
        "加入党组织日期": "2006.7.1",
        "工作岗位": "0212 事业单位专业技术岗位",
        "手机号": f"138{number:08}",
        "职务": "",
    } | changes
    return [values[head] for head in HEADS]


def workbook(*rows, heads=HEADS):
    book = openpyxl.Workbook()
    for line in (["党员名册"], heads, *rows):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def officer(account_of, college):
    return account_of("committee_officer", college.committee)


@pytest.fixture
def bring(officer, college, today):
    """Plans and writes a file, and gives the plan and the batch."""

    def write(data, accepted=frozenset(), **more):
        plan = look(officer, college, data, today, accepted=frozenset(accepted), **more)
        batch = import_members(source=source(officer, college, today), plan=plan)
        return plan, batch

    return write


def look(reader, college, data, today, **more):
    return preview(
        reader=reader, committee=college.committee, data=data, file_name="a.xlsx", today=today, **more
    ).people


def source(actor, college, today):
    return Source(actor, college.committee, "a.xlsx", "0" * 64, today)


def everything():
    """All that a batch may change, opened."""
    people = {member.pk: member.snapshot() for member in Member.objects.all()}
    places = sorted(
        Membership.objects.values_list("member", "organization", "status", "category", "since", "until")
    )
    return (
        people,
        places,
        sorted(Post.objects.values_list("member", "kind", "since")),
        Organization.objects.count(),
    )


def test_rows_go_in_with_their_sealed_fields(bring, college):
    plan, batch = bring(workbook(row("赵一", 1), row("钱二", 2, 工作岗位="502 退休人员", 职务="支部书记")))
    assert plan.counts() == {"add": 2, "change": 0, "same": 0, "bad": 0}
    zhao = Member.objects.get(name="赵一")
    assert zhao.sensitive["id_number"] == identity(1)
    assert zhao.sensitive["mobile"] == "13800000001"
    assert zhao.sex == "男"
    assert zhao.pinyin == "zhaoyi"
    assert zhao.joined == date(2006, 7, 1)
    membership = zhao.memberships.get()
    assert (membership.organization_id, membership.status, membership.category) == (
        college.one.pk,
        "full",
        "staff",
    )
    qian = Member.objects.get(name="钱二")
    assert qian.memberships.get().category == "retiree"
    assert Post.objects.get(member=qian).kind == "branch_secretary"
    assert batch.counts["add"] == 2


def test_the_same_sheet_again_does_not_take_a_retirement_back(bring, officer, college, today, system):
    """The post in the sheet is the one that stands: it says nothing of the category, which has changed since."""
    data = workbook(row("赵一", 1), row("钱二", 2))
    bring(data)
    zhao = Member.objects.get(name="赵一")
    members.change_category(actor=system, member=zhao, category="retiree", since=today, today=today)
    assert look(officer, college, data, today).counts()["same"] == 2
    retired = workbook(row("钱二", 2, 工作岗位="502 退休人员"))
    (planned,) = look(officer, college, retired, today).rows
    assert planned.changes["category"] == ("staff", "retiree")


def test_a_number_that_ends_with_zeros_goes_back_unless_it_is_said_to_be_right(
    bring, officer, college, today
):
    days = (date(1985, 5, 1) + timedelta(days=n) for n in range(60))
    genuine = next(number for number in (identity(100, day) for day in days) if number.endswith("000"))
    wrong = workbook(row("赵一", 1, 公民身份证号=genuine[:-4] + "7000", 出生日期=""))
    assert "id.rounded" in codes_of(look(officer, college, wrong, today, accepted=frozenset({"id.zeros"})))
    right = workbook(row("赵一", 1, 公民身份证号=genuine, 出生日期=""))
    plan = look(officer, college, right, today)
    assert codes_of(plan) == {"id.zeros"}
    assert plan.counts()["bad"] == 1
    bring(right, accepted={"id.zeros"})
    assert Member.objects.get(name="赵一").sensitive["id_number"] == genuine


def codes_of(plan):
    return {fault.code for one in plan.rows for fault in one.entry.faults}


def test_a_batch_is_one_row_of_the_log_and_names_whom_it_touched(bring, college):
    before = LogRow.objects.count()
    _, batch = bring(workbook(row("赵一", 1), row("钱二", 2)))
    assert LogRow.objects.count() == before + 1
    touched = Touched.objects.filter(row=batch.log_number)
    added = set(batch.rows.values_list("member", flat=True))
    assert set(touched.exclude(member=None).values_list("member", flat=True)) == added
    assert college.one.pk in touched.values_list("organization", flat=True)
    assert verify() is None


def test_the_same_file_twice_changes_nothing(bring, officer, college, today):
    data = workbook(row("赵一", 1, 职务="组织委员"), row("钱二", 2), row("孙三", 3, 公民身份证号=""))
    bring(data)
    state = everything()
    again = look(officer, college, data, today)
    assert again.counts() == {"add": 0, "change": 0, "same": 3, "bad": 0}
    bring(data)
    assert everything() == state


def test_changes_are_shown_field_by_field_and_made(bring, college, today):
    bring(workbook(row("赵一", 1)))
    changed = row("赵一", 1, branch="信息工程系党支部", 手机号="13900000009", 加入党组织日期="2007-07-01")
    plan, _ = bring(workbook(changed))
    (planned,) = plan.rows
    assert planned.verb == "change"
    assert planned.changes == {
        "mobile": ("13800000001", "13900000009"),
        "joined": (date(2006, 7, 1), date(2007, 7, 1)),
        "branch": (college.one.pk, college.two.pk),
    }
    zhao = Member.objects.get(name="赵一")
    assert zhao.sensitive == {"id_number": identity(1), "mobile": "13900000009"}
    old, new = zhao.memberships.order_by("since")
    assert (old.organization_id, old.until) == (college.one.pk, today)
    assert (new.organization_id, new.since, new.until) == (college.two.pk, today, None)


def test_an_empty_cell_empties_nothing(bring):
    bring(workbook(row("赵一", 1)))
    plan, _ = bring(workbook(row("赵一", 1, 手机号="", 工作岗位="", 加入党组织日期="")))
    assert plan.rows[0].verb == "same"
    assert Member.objects.get(name="赵一").sensitive["mobile"] == "13800000001"


def test_confirmation_begins_on_its_day(bring, today):
    began = workbook(row("赵一", 1, 人员类别="预备党员", 加入党组织日期="2025-06-20"))
    bring(began)
    day = date(2026, 6, 20)
    heads = [*HEADS, "转正日期"]
    line = [*row("赵一", 1, 加入党组织日期="2025-06-20"), day.isoformat()]
    bring(workbook(line, heads=heads))
    old, new = Member.objects.get(name="赵一").memberships.order_by("since")
    assert (old.status, old.until, new.status, new.since) == ("probationary", day, "full", day)


def test_good_rows_go_in_and_bad_ones_stay_out(bring):
    bad = row("钱二", 2, 公民身份证号="110105194912310021")
    plan, _ = bring(workbook(row("赵一", 1), bad, row("孙三", 3, branch="没有的支部")))
    assert [planned.verb for planned in plan.rows] == ["add", "bad", "bad"]
    assert {fault.code for planned in plan.rows for fault in planned.entry.faults} == {
        "id.check",
        "branch.unknown",
    }
    assert Member.objects.filter(name="赵一").exists()
    assert not Member.objects.filter(name__in=["钱二", "孙三"]).exists()


def test_the_same_identity_number_twice_sends_both_back(officer, college, today):
    plan = look(officer, college, workbook(row("赵一", 1), row("钱二", 1)), today)
    assert [planned.verb for planned in plan.rows] == ["bad", "bad"]
    assert {fault.code for planned in plan.rows for fault in planned.entry.faults} == {"id.repeated"}


def test_new_branches_are_set_up_in_the_same_batch_and_taken_back_with_it(bring, officer, college, today):
    data = workbook(row("赵一", 1, branch="后勤党支部"), row("钱二", 2, branch="后勤党支部"))
    state = everything()
    plan, batch = bring(data, {"branch.unknown"})
    assert plan.new_branches == {"后勤党支部": 2}
    made = Organization.objects.on(today).get(name="后勤党支部")
    assert batch.branches == [made.pk]
    assert look(officer, college, data, today).counts()["same"] == 2
    undo_batch(actor=officer, batch=batch, today=today)
    assert everything() == state
    assert verify() is None


def test_undo_puts_back_what_was_changed(bring, officer, today):
    bring(workbook(row("赵一", 1), row("钱二", 2)))
    state = everything()
    moved = row("赵一", 1, branch="信息工程系党支部", 手机号="13900000009", 工作岗位="502", 职务="宣传委员")
    _, batch = bring(workbook(moved, row("孙三", 3)))
    assert everything() != state
    undo_batch(actor=officer, batch=batch, today=today)
    assert everything() == state
    batch.refresh_from_db()
    assert batch.undone is not None
    with pytest.raises(Refused):
        undo_batch(actor=officer, batch=batch, today=today)


def test_undo_is_refused_once_something_depends_on_it(bring, officer, today):
    _, batch = bring(workbook(row("赵一", 1)))
    members.change_profile(
        actor=officer, member=Member.objects.get(name="赵一"), today=today, native_place="河北"
    )
    assert "赵一" in blockers(batch)[0]
    with pytest.raises(Refused) as refused:
        undo_batch(actor=officer, batch=batch, today=today)
    assert refused.value.code == "roster.undo_depends"
    assert Member.objects.filter(name="赵一").exists()


def test_only_the_last_batch_is_undone(bring, officer, today):
    _, first = bring(workbook(row("赵一", 1)))
    _, second = bring(workbook(row("钱二", 2)))
    with pytest.raises(Refused):
        undo_batch(actor=officer, batch=first, today=today)
    undo_batch(actor=officer, batch=second, today=today)
    undo_batch(actor=officer, batch=first, today=today)
    assert not Member.objects.filter(name__in=["赵一", "钱二"]).exists()


def test_one_change_before_a_batch_is_no_longer_taken_back_alone(bring, officer, today):
    from zhibu.access.undo import can_undo

    bring(workbook(row("赵一", 1)))
    zhao = Member.objects.get(name="赵一")
    members.change_profile(actor=officer, member=zhao, today=today, native_place="河北")
    deed = LogRow.objects.order_by("-number").first().deed
    assert can_undo(officer, deed)
    bring(workbook(row("赵一", 1, 手机号="13900000009")))
    assert not can_undo(officer, deed)


def test_a_person_of_another_committee_is_not_taken_over(bring, officer, college, today, system):
    members.change_profile(
        actor=system, member=college.foreign, today=today, id_number=identity(9), born=None, sex=""
    )
    plan = look(officer, college, workbook(row("王五", 9)), today)
    assert [fault.code for fault in plan.rows[0].entry.faults] == ["member.foreign"]


def test_members_of_the_branch_who_are_not_in_the_file_are_told(officer, college, today):
    plan = look(officer, college, workbook(row("赵一", 1)), today)
    assert [member.name for member in plan.absent] == ["张三"]


def test_a_reader_without_the_role_may_not(account_of, college, today):
    secretary = account_of("branch_secretary", college.one)
    plan = look(secretary, college, workbook(row("赵一", 1)), today)
    with pytest.raises(NotPermitted):
        import_members(source=source(secretary, college, today), plan=plan)
    assert not Batch.objects.exists()


def test_out_and_in_again_changes_nothing(bring, officer, college, today):
    bring(
        workbook(
            row("赵一", 1), row("钱二", 2, 工作岗位="502", 手机号=""), row("孙三", 3, 人员类别="预备党员")
        )
    )
    data, count = export_roster(reader=officer, organization=college.committee, day=today, masked=False)
    assert count == 5
    again = look(officer, college, data, today)
    assert again.counts() == {"add": 0, "change": 0, "same": 5, "bad": 0}
    masked, _ = export_roster(reader=officer, organization=college.committee, day=today)
    assert look(officer, college, masked, today).counts()["same"] == 5


def test_who_may_not_unmask_gets_a_masked_export(account_of, college, today):
    auditor = account_of("auditor", college.committee)
    data, _ = export_roster(reader=auditor, organization=college.committee, day=today, masked=False)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert "****" in str(sheet["M5"].value)


def test_since_is_the_day_chosen_but_never_before_joining(bring, college):
    bring(
        workbook(row("赵一", 1), row("钱二", 2, 加入党组织日期="2026-06-20", 人员类别="预备党员")),
        since=date(2026, 1, 1),
    )
    assert Member.objects.get(name="赵一").memberships.get().since == date(2026, 1, 1)
    assert Member.objects.get(name="钱二").memberships.get().since == date(2026, 1, 1) + timedelta(days=170)


def test_a_roster_does_not_give_away_what_an_administrator_signs_in_by(bring, officer, account_of, college):
    """Who may not issue a code for an account may not change the number that the campus signs in to it by."""
    heads = [*HEADS, "学工号"]
    bring(workbook([*row("钱八", 8), "8001"], [*row("孙九", 9), "9001"], heads=heads))
    account_of("administrator", college.committee, member=Member.objects.get(number="8001"))
    with pytest.raises(Refused) as refusal:
        bring(workbook([*row("钱八", 8), "8002"], heads=heads))
    assert refusal.value.code == "access.number_signs_in"
    account_of("member", college.one, member=Member.objects.get(number="9001"))
    bring(workbook([*row("孙九", 9), "9002"], heads=heads))
    assert set(Member.objects.filter(name__in=("钱八", "孙九")).values_list("number", flat=True)) == {
        "8001",
        "9002",
    }
