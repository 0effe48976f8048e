"""Notices are written, sent, read, acted on, urged and withdrawn; nobody reaches past the own scope."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.registers.notices.conftest import PDF, at, receipt
from zhibu.access import NotPermitted, Refused, accounts
from zhibu.access.chain import verify
from zhibu.access.models import LogRow
from zhibu.access.undo import can_undo, undo
from zhibu.inbox import queries as inbox
from zhibu.registers.members import actions as members
from zhibu.registers.notices import actions, queries
from zhibu.registers.notices.actions import Answer, Line
from zhibu.registers.notices.models import Notice, Recipient, Reminder
from zhibu.registers.organizations import offices
from zhibu.registers.organizations.models import Post

pytestmark = pytest.mark.django_db


def last_deed():
    return LogRow.objects.latest("number").deed


def names(notice):
    return sorted(row.member.name if row.member else row.account.name for row in notice.recipients.all())


def test_sending_freezes_who_the_addressees_are_that_day(sent, people, college, system, today):
    notice = sent(asked="act", deadline=today + timedelta(days=7))
    assert names(notice) == ["张三", "李四"]
    row = receipt(notice, college.zhang)
    assert (row.place_name, row.capacity, row.asked, row.shared) == (
        "机电工程系党支部", "支部书记", "act", True,
    )  # fmt: skip
    offices.relieve(actor=system, post=Post.objects.get(member=college.zhang), until=today)
    notice.refresh_from_db()
    assert names(notice) == ["张三", "李四"]
    assert inbox.unread(people.zhang) == 1
    assert verify() is None


def test_one_asked_twice_gets_it_once_and_is_asked_for_the_most(sent, college, people):
    lines = [
        Line("organization", college.one.pk, "members"),
        Line("group", "all"),
        Line("post", "branch_secretary"),
        Line("member", people.zhao.pk),
    ]
    notice = sent(lines=lines)
    assert names(notice) == ["张三", "李四", "赵六"]
    assert {row.shared for row in notice.recipients.all()} == {True}


def test_the_committee_of_a_branch_reads_what_its_secretary_acts_on(sent, college, people, system, today):
    offices.appoint(
        actor=system, organization=college.one, member=people.zhao, kind="branch_committee_member",
        since=date(2024, 1, 1), today=today, portfolio="宣传委员",
    )  # fmt: skip
    notice = sent(asked="act", lines=[Line("organization", college.one.pk, "committee")])
    asked = {row.capacity: row.asked for row in notice.recipients.all()}
    assert asked == {"支部书记": "act", "宣传委员": "read"}


def test_roles_reach_accounts_that_are_nobodys(sent, account_of, college, people):
    money = account_of("dues_accountant", college.committee)
    notice = sent(lines=[Line("role", "dues_accountant"), Line("role", "committee_officer")])
    assert sorted(row.account_id for row in notice.recipients.all()) == sorted([money.pk, people.officer.pk])
    own = notice.recipients.get(account=people.officer)
    # Who sends it has read it.
    assert own.read is not None
    assert inbox.unread(money) == 1


def test_what_nobody_would_get_is_not_sent(written, college, people, system, today):
    notice = written(lines=[Line("role", "cashier")])
    with pytest.raises(Refused, match="没有一个收件人"):
        actions.send(actor=people.officer, notice=notice, now=at(today))
    notice.refresh_from_db()
    assert notice.status == Notice.Status.DRAFT


@pytest.mark.parametrize(
    "line",
    [
        lambda college: Line("organization", college.far.pk, "secretary"),
        lambda college: Line("organization", college.one.pk, ""),
        lambda college: Line("organization", "nonsense", "secretary"),
        lambda college: Line("member", college.foreign.pk),
        lambda college: Line("post", "pope"),
        lambda college: Line("role", "root"),
        lambda college: Line("group", "everyone"),
        lambda college: Line("galaxy", "1"),
    ],
)
def test_nobody_out_of_reach_can_be_addressed(written, college, line):
    with pytest.raises(Refused):
        written(lines=[line(college)])
    assert not Notice.objects.exists()


def test_a_secretary_sends_to_the_own_branch_only(written, sent, college, people):
    with pytest.raises(NotPermitted):
        written(actor=people.zhang)
    with pytest.raises(Refused):
        written(
            actor=people.zhang, organization=college.one,
            lines=[Line("organization", college.two.pk, "secretary")],
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        written(actor=people.member, organization=college.one, lines=[Line("group", "all")])
    notice = sent(actor=people.zhang, organization=college.one, lines=[Line("group", "all")])
    assert names(notice) == ["张三", "赵六"]


def test_who_left_before_the_sending_does_not_get_it(written, college, people, system, today):
    notice = written(lines=[Line("member", people.zhao.pk), Line("member", college.zhang.pk)])
    members.leave(actor=system, member=people.zhao, until=today, reason="转出")
    with pytest.raises(Refused, match="不属于本级"):
        actions.send(actor=people.officer, notice=notice, now=at(today))


def test_reading_and_acting(sent, college, people, today):
    notice = sent(asked="act", deadline=today + timedelta(days=7))
    row = receipt(notice, college.zhang)
    actions.mark_read(actor=people.zhang, recipient=row, now=at(today, 10))
    assert inbox.unread(people.zhang) == 0
    with pytest.raises(Refused, match="已经阅过"):
        actions.mark_read(actor=people.zhang, recipient=row, now=at(today, 11))
    with pytest.raises(Refused, match="没有写办理情况"):
        actions.act(actor=people.zhang, recipient=row, answer=Answer(" "), now=at(today, 11))
    actions.act(
        actor=people.zhang, recipient=row, answer=Answer("已传达", file=("回执.pdf", PDF)), now=at(today, 12)
    )
    row.refresh_from_db()
    assert (row.done, row.answer, row.files.get().name) == (True, "已传达", "回执.pdf")
    assert queries.waiting_for(people.zhang).count() == 0
    assert queries.waiting_for(people.li).count() == 1
    actions.act(actor=people.zhang, recipient=row, answer=Answer("已传达，12人"), now=at(today, 13))
    row.refresh_from_db()
    assert row.answer == "已传达，12人"


def test_nobody_gives_anothers_receipt(sent, college, people, today):
    row = receipt(sent(asked="act"), college.zhang)
    for other in (people.li, people.officer, people.member):
        with pytest.raises(NotPermitted):
            actions.mark_read(actor=other, recipient=row, now=at(today))
        with pytest.raises(NotPermitted):
            actions.act(actor=other, recipient=row, answer=Answer("已办"), now=at(today))
    row.refresh_from_db()
    assert row.read is None


def test_what_is_only_to_be_read_is_not_acted_on(sent, college, people, today):
    row = receipt(sent(), college.zhang)
    with pytest.raises(Refused, match="只须阅知"):
        actions.act(actor=people.zhang, recipient=row, answer=Answer("已办"), now=at(today))


def test_an_answer_refers_to_what_its_writer_sees(sent, college, people, today):
    row = receipt(sent(asked="act"), college.zhang)
    with pytest.raises(Refused, match="所选的活动"):
        actions.act(actor=people.zhang, recipient=row, answer=Answer("已办", ref="forged"), now=at(today))


def test_a_withdrawn_notice_is_gone_for_who_had_not_read_it(sent, college, people, today):
    notice = sent(asked="act")
    actions.mark_read(actor=people.zhang, recipient=receipt(notice, college.zhang), now=at(today))
    with pytest.raises(Refused, match="原因"):
        actions.withdraw(actor=people.officer, notice=notice, reason=" ", now=at(today))
    actions.withdraw(actor=people.officer, notice=notice, reason="发错了", now=at(today))
    assert queries.notices(people.zhang).filter(pk=notice.pk).exists()
    assert not queries.notices(people.li).filter(pk=notice.pk).exists()
    assert inbox.messages(people.zhang).filter(kind="withdrawn", text="原因：发错了").count() == 1
    assert inbox.messages(people.li).count() == 0
    assert queries.waiting_for(people.zhang).count() == 0
    for row in notice.recipients.filter(member__isnull=False):
        account = people.zhang if row.member_id == college.zhang.pk else people.li
        with pytest.raises(Refused):
            actions.act(actor=account, recipient=row, answer=Answer("已办"), now=at(today))
    with pytest.raises(Refused, match="已撤回"):
        actions.withdraw(actor=people.officer, notice=notice, reason="再撤", now=at(today))
    with pytest.raises(Refused):
        actions.urge(actor=people.officer, notice=notice, now=at(today))


def test_a_branch_cannot_withdraw_or_urge_what_the_committee_sent(sent, people, today):
    notice = sent()
    for deed in (
        lambda: actions.withdraw(actor=people.zhang, notice=notice, reason="不办", now=at(today)),
        lambda: actions.urge(actor=people.zhang, notice=notice, now=at(today)),
        lambda: actions.discard(actor=people.zhang, notice=notice),
    ):
        with pytest.raises(NotPermitted):
            deed()


def test_what_was_sent_is_not_changed_and_not_sent_again(sent, people, college, today):
    notice = sent()
    with pytest.raises(Refused):
        actions.send(actor=people.officer, notice=notice, now=at(today))
    with pytest.raises(Refused):
        actions.discard(actor=people.officer, notice=notice)
    with pytest.raises(Refused):
        actions.attach_file(actor=people.officer, notice=notice, name="x.pdf", data=PDF, today=today)
    with pytest.raises(Refused):
        actions.save_draft(
            actor=people.officer, organization=college.committee, notice=notice, today=today,
            draft=actions.Draft(title="改过", lines=[Line("group", "all")]),
        )  # fmt: skip
    assert Recipient.objects.filter(notice=notice).count() == 2


def test_a_receipt_is_entered_for_who_was_told_otherwise(sent, college, people, today):
    notice = sent(asked="act")
    row = receipt(notice, college.li)
    with pytest.raises(NotPermitted):
        actions.enter_receipt(actor=people.zhang, recipient=row, how="电话", acted=False, now=at(today))
    with pytest.raises(NotPermitted):
        actions.enter_receipt(actor=people.member, recipient=row, how="电话", acted=False, now=at(today))
    with pytest.raises(Refused, match="怎样告知"):
        actions.enter_receipt(actor=people.officer, recipient=row, how="", acted=False, now=at(today))
    actions.enter_receipt(actor=people.officer, recipient=row, how="电话告知", acted=False, now=at(today))
    row.refresh_from_db()
    assert (row.read is not None, row.acted, row.entered_how) == (True, None, "电话告知")
    actions.enter_receipt(
        actor=people.officer, recipient=row, how="电话告知", acted=True, answer="已报", now=at(today)
    )
    row.refresh_from_db()
    assert row.answer == "已报"


def test_urging_reaches_who_has_not_done_it_and_once_a_day(sent, college, people, today):
    notice = sent(asked="act", deadline=today + timedelta(days=2))
    actions.mark_read(actor=people.zhang, recipient=receipt(notice, college.zhang), now=at(today))
    actions.act(
        actor=people.zhang, recipient=receipt(notice, college.zhang), answer=Answer("已办"), now=at(today)
    )
    assert actions.urge(actor=people.officer, notice=notice, now=at(today)) == 1
    assert inbox.messages(people.li).filter(kind="reminder").count() == 1
    with pytest.raises(Refused, match="今天已经催办过"):
        actions.urge(actor=people.officer, notice=notice, now=at(today, 20))
    assert actions.urge(actor=people.officer, notice=notice, now=at(today + timedelta(days=1))) == 1


def test_reminders_catch_up_and_are_not_sent_twice(sent, system, people, college, today):
    notice = sent(asked="act", deadline=today + timedelta(days=10), remind_before=3)

    def remind(days, hour=9):
        return actions.remind_all(actor=system, now=at(today + timedelta(days=days), hour))

    assert remind(0) == 0
    assert remind(6) == 0
    assert remind(7) == 2
    rows = LogRow.objects.count()
    assert remind(7, 12) == 0
    assert remind(8) == 0
    assert LogRow.objects.count() == rows  # a run that reminds nobody writes nothing
    # The machine was off on the last day: the next run sends the stage of its own day alone.
    actions.act(
        actor=people.zhang, recipient=receipt(notice, college.zhang), answer=Answer("已办"), now=at(today)
    )
    assert remind(12) == 1
    assert remind(20) == 1
    assert sorted(Reminder.objects.values_list("stage", flat=True)) == [
        "before", "before", "late-0", "late-1",
    ]  # fmt: skip
    last = inbox.messages(people.li).filter(kind="reminder").latest("at")
    assert last.text.endswith("已过期 10 天")
    assert verify() is None


def test_who_left_is_reminded_no_more_and_no_longer_sees_it(sent, college, people, system, today):
    notice = sent(
        actor=people.zhang, organization=college.one, lines=[Line("group", "all")], asked="act",
        deadline=today + timedelta(days=1),
    )  # fmt: skip
    assert queries.notices(people.member).count() == 1
    accounts.revoke(actor=system, given=people.member.grants.get(), until=today)
    members.transfer(actor=system, member=people.zhao, organization=college.two, since=today, today=today)
    assert queries.notices(people.member).count() == 0
    with pytest.raises(NotPermitted):
        actions.mark_read(actor=people.member, recipient=receipt(notice, people.zhao), now=at(today))
    assert actions.remind_all(actor=system, now=at(today + timedelta(days=1))) == 1  # the secretary alone


def test_the_secretary_sees_the_receipts_of_the_own_branch_only(sent, college, people):
    notice = sent(lines=[Line("group", "all")])
    assert {row.person for row in queries.receipts(people.officer, notice)} == {"张三", "李四", "赵六"}
    assert {row.person for row in queries.receipts(people.zhang, notice)} == {"张三", "赵六"}
    assert {row.person for row in queries.receipts(people.member, notice)} == set()
    # What goes to one person alone is no matter of the branch.
    private = sent(lines=[Line("member", people.zhao.pk)])
    assert not queries.notices(people.zhang).filter(pk=private.pk).exists()
    assert queries.notices(people.member).filter(pk=private.pk).exists()


def test_a_sending_can_be_taken_back_while_nobody_has_read_it(sent, people, college, today):
    notice = sent()
    deed = last_deed()
    assert can_undo(people.officer, deed)
    undo(actor=people.officer, deed=deed)
    notice.refresh_from_db()
    assert (notice.status, notice.recipients.count(), inbox.unread(people.zhang)) == ("draft", 0, 0)
    assert notice.addressees.count() == 2
    actions.send(actor=people.officer, notice=notice, now=at(today))
    deed = last_deed()
    actions.mark_read(actor=people.zhang, recipient=receipt(notice, college.zhang), now=at(today))
    with pytest.raises(Refused, match="已经有人阅读"):
        undo(actor=people.officer, deed=deed)
    assert notice.recipients.count() == 2
    assert verify() is None


def test_a_withdrawal_is_taken_back_with_its_messages(sent, people, college, today):
    notice = sent()
    actions.mark_read(actor=people.zhang, recipient=receipt(notice, college.zhang), now=at(today))
    actions.withdraw(actor=people.officer, notice=notice, reason="发错了", now=at(today))
    undo(actor=people.officer, deed=last_deed())
    notice.refresh_from_db()
    assert (notice.status, notice.withdrawn, notice.withdrawn_reason) == ("sent", None, "")
    assert inbox.unread(people.li) == 1
    assert not inbox.messages(people.zhang).filter(kind="withdrawn").exists()


def test_a_receipt_is_taken_back_by_who_gave_it(sent, people, college, today):
    notice = sent(asked="act")
    row = receipt(notice, college.zhang)
    actions.act(
        actor=people.zhang, recipient=row, answer=Answer("已办", file=("回执.pdf", PDF)), now=at(today)
    )
    deed = last_deed()
    assert not can_undo(people.officer, deed)
    assert not can_undo(people.li, deed)
    undo(actor=people.zhang, deed=deed)
    row.refresh_from_db()
    assert (row.read, row.acted, row.answer, row.files.count()) == (None, None, "", 0)


def test_drafts_are_discarded_and_brought_back(written, people, today):
    notice = written()
    actions.attach_file(actor=people.officer, notice=notice, name="附件.pdf", data=PDF, today=today)
    actions.discard(actor=people.officer, notice=notice)
    assert not Notice.objects.exists()
    undo(actor=people.officer, deed=last_deed())
    back = Notice.objects.get()
    assert (back.title, back.addressees.count(), back.attachments.count()) == (notice.title, 2, 1)


def test_urging_is_no_later_change_and_cannot_be_undone(sent, people, today):
    notice = sent()
    actions.urge(actor=people.officer, notice=notice, now=at(today))
    assert not can_undo(people.officer, last_deed())


def test_no_finding_depends_on_a_receipt(sent, people, college, today):
    from zhibu.desk.changes import changed_since
    from zhibu.desk.findings import log_head
    from zhibu.site import packs

    before = log_head().number
    sent()
    change = changed_since(packs.norm(), before, log_head().number)
    assert (change.organizations, change.members, change.everything) == (frozenset(), frozenset(), False)


def test_a_group_is_its_leader_and_those_assigned_to_it(sent, college, people, system, today):
    members.arrange(
        actor=system, branch=college.one, groups={people.zhao.pk: college.group.pk}, since=today, today=today
    )
    notice = sent(
        actor=people.zhang,
        organization=college.one,
        lines=[Line("organization", college.group.pk, "members")],
    )
    assert names(notice) == ["赵六"]
    assert notice.recipients.get().place_name == "机电第一党小组"
    assert queries.notices(people.member).filter(pk=notice.pk).exists()
    assert queries.below(college.committee, today)[-1].kind == "branch"
    assert queries.below(college.one, today)[-1].pk == college.group.pk


def test_sending_and_urging_ask_as_much_for_many_as_for_few(
    written, college, people, today, django_assert_max_num_queries
):
    from zhibu.registers.members.models import Member, Membership
    from zhibu.site.inserting import insert_new

    def asked():
        notice = written(asked="act", demand="报送", lines=[Line("group", "all")])
        with django_assert_max_num_queries(60) as queries:
            actions.send(actor=people.officer, notice=notice, now=at(today))
            actions.urge(actor=people.officer, notice=notice, now=at(today))
        return len(queries), notice.recipients.count()

    few, some = asked()
    made = [Member(name=f"党员{number}") for number in range(1100)]
    insert_new(made)
    insert_new(
        [
            Membership(
                member=one,
                organization=college.one,
                status="full",
                category="staff",
                since=college.began,
                recorded=today,
            )
            for one in made
        ]
    )
    assert asked() == (few, some + len(made))
