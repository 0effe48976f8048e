"""The demo's notices, written through the actions: some answered, some late, one withdrawn, one a draft."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from zhibu.access import action, snapshot
from zhibu.access.models import Account
from zhibu.desk.demo.accounts import BRANCH
from zhibu.desk.demo.ids import Ids
from zhibu.desk.demo.values import College
from zhibu.inbox import settle
from zhibu.registers.notices import actions
from zhibu.registers.notices.actions import Draft, Line
from zhibu.registers.notices.actions.log_row import log_receipt
from zhibu.registers.notices.actions.sending import people
from zhibu.registers.notices.models import Asked, Notice, Recipient
from zhibu.registers.organizations.models import Organization
from zhibu.site.clock import SHANGHAI

ANSWERS = ("已在支部党员大会传达学习", "已传达，并报送材料", "已组织学习讨论", "已按要求办结")


def write_notices(actor: Account, college: College, ids: Ids, today: date) -> None:
    """Write, send and answer them as of `today`."""
    officer = Account.objects.get(username="dangban")
    secretary = Account.objects.get(username="shuji")
    committee = Organization.objects.get(pk=ids[college.committee.key])
    branch = Organization.objects.get(pk=ids[BRANCH])
    branches = [ids[one.key] for one in college.branches]

    def at(days: int, hour: int = 9) -> datetime:
        day = today - timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour, 20, tzinfo=SHANGHAI)

    def send(author: Account, place: Organization, days: int, draft: Draft) -> Notice:
        made = actions.save_draft(actor=author, organization=place, draft=draft, today=at(days).date())
        return actions.send(actor=author, notice=made, now=at(days))

    def answer(notice: Notice, number: int, days: int, acts: bool) -> None:
        """The first `number` receipts (but the demo's own secretary's) come in, one after the other."""
        rows = notice.recipients.filter(read=None).exclude(member=secretary.member_id)
        for place, row in enumerate(rows.order_by("organization_id", "pk")[:number]):
            text, now = ANSWERS[place % len(ANSWERS)], at(days, 10 + place % 8)
            _answer(officer=officer, row=row, acts=acts, text=text, by_telephone=place % 7 == 6, now=now)

    to_all = [Line("organization", one, "secretary") for one in branches]
    plan = send(officer, committee, 12, Draft(
        title="关于做好年度组织生活会和民主评议党员准备工作的通知", type="document",
        number=f"示组发〔{today.year}〕18号", issuer="中共示例市委教育工委",
        issued=today - timedelta(days=20), received=today - timedelta(days=13),
        body="各支部：\n现将上级文件转发你们，请结合实际制订工作安排，明确时间、参加人员和责任人。\n"
             "会前要开展谈心谈话，广泛征求意见。",
        asked="act", demand="报送本支部工作安排", deadline=today - timedelta(days=2), lines=to_all,
    ))  # fmt: skip
    answer(plan, len(branches) - 5, 6, acts=True)
    course = send(officer, committee, 4, Draft(
        title="关于举办党务工作者培训班的通知", asked="act", demand="报送参训名单",
        body="定于下周举办党务工作者培训班，请各支部确定一名参训人员。", deadline=today + timedelta(days=4),
        lines=[Line("organization", one, "committee") for one in {ids[BRANCH]: 0, **dict.fromkeys(branches[:4])}],
    ))  # fmt: skip
    answer(course, 6, 2, acts=False)
    study = send(secretary, branch, 3, Draft(
        title="关于周三集体学习的通知", body="周三下午集体学习，请带好学习笔记，不能参加的提前请假。",
        deadline=today + timedelta(days=2), lines=[Line("organization", branch.pk, "members")],
    ))  # fmt: skip
    answer(study, 9, 1, acts=False)
    wrong = send(
        officer, committee, 5, Draft(title="关于党费收缴标准核定的通知", body="见附件。", lines=to_all)
    )
    answer(wrong, 3, 5, acts=False)
    actions.withdraw(actor=officer, notice=wrong, reason="附件有误，另行通知", now=at(4))
    actions.save_draft(
        actor=officer, organization=committee, today=today,
        draft=Draft(title="关于开展年终走访慰问的通知", body="请各支部报送走访慰问名单。", lines=to_all),
    )  # fmt: skip
    actions.remind_all(actor=actor, now=at(0, 8))


@action("demo.build")
def _answer(
    *, officer: Account, row: Recipient, acts: bool, text: str, by_telephone: bool, now: datetime
) -> None:
    """A receipt as the recipient would have given it from the own account, or told it by telephone."""
    before = snapshot(row)
    row.read = now
    if acts and row.asked == Asked.ACT:
        row.acted, row.answer = now, text
    if by_telephone:
        row.entered_by, row.entered_how = str(officer), "电话告知"
    row.save()
    settle(row.notice.about, people([row]), now)
    log_receipt(officer, "notices.enter" if by_telephone else "notices.receipt", row, before)
