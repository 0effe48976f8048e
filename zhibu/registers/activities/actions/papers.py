"""Write the papers of an activity: plan (方案), record (记录), evaluation (总结评价)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.access import Refused, action, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.activities.actions.log_row import log_activity
from zhibu.registers.activities.models import Activity, Paper
from zhibu.registers.organizations.models import Organization

#: Papers that are written before the activity is held.
BEFORE = (Paper.Kind.PLAN, Paper.Kind.NOTICE)


#: No plan is written longer ahead.
LONGEST_AHEAD_DAYS = 366


@dataclass(frozen=True)
class Written:
    """A paper as it was written: the day, the text and decisions, or where it is kept instead."""

    happened: date
    body: str = ""
    resolution: str = ""
    kept_at: str = ""


@action("activities.write")
def write_plan(*, actor: Account, activity: Activity, written: Written, today: date) -> Paper:
    """Write the plan of an activity, or say where it is kept."""
    return _write(actor, activity, Paper.Kind.PLAN, written, today)


@action("activities.write")
def write_record(*, actor: Account, activity: Activity, written: Written, today: date) -> Paper:
    """Write the record (minutes) of an activity that was held, or say where it is kept."""
    return _write(actor, activity, Paper.Kind.RECORD, written, today)


@action("activities.write")
def write_notice(*, actor: Account, activity: Activity, written: Written, today: date) -> Paper:
    """Say when and where the activity was announced (信息公布), before it is held."""
    return _write(actor, activity, Paper.Kind.NOTICE, written, today)


@action("activities.write")
def file_documents(*, actor: Account, activity: Activity, written: Written, today: date) -> Paper:
    """Say when the documents of the activity were put on file (资料归档), and where."""
    return _write(actor, activity, Paper.Kind.FILE, written, today)


@action("activities.evaluate")
def evaluate(*, actor: Account, activity: Activity, written: Written, today: date) -> Paper:
    """Write the summary evaluation of an activity that was held, or say where it is kept."""
    return _write(actor, activity, Paper.Kind.EVALUATION, written, today)


def _write(actor: Account, activity: Activity, kind: Paper.Kind, written: Written, today: date) -> Paper:
    verb = "activities.evaluate" if kind == Paper.Kind.EVALUATION else "activities.write"
    for host in activity.hosts.filter(leading=True).select_related("organization"):
        permit(actor, verb, host.organization)
    what = f"{kind.label}没有保存"
    if activity.status == Activity.Status.CANCELLED:
        raise Refused(what=what, why="活动已取消", mend="请先恢复活动", code="activities.cancelled")
    if kind not in BEFORE and activity.status != Activity.Status.HELD:
        raise Refused(
            what=what, why="活动还没有登记为已开展", mend="请先登记活动", code="activities.not_held"
        )
    if not (written.body.strip() or written.kept_at.strip()):
        raise Refused(
            what=what,
            why="没有内容",
            mend="请写内容；不宜录入的写明存放处",
            code="activities.no_text",
        )
    check_day(kind, written.happened, activity.day, today)
    before = snapshot(activity)
    paper = write_paper(activity, kind, written, today)
    log_activity(actor, f"activities.{kind.value}", activity, before=before, members=())
    return paper


def check_day(kind: Paper.Kind, written: date, held: date, today: date) -> None:
    """Refuse a day on which the paper cannot have been written: to come, or of a record before what it records."""
    what = f"{kind.label}没有保存"
    if written > today:
        raise Refused(what=what, why="写成日期在今天之后", mend="请改正日期", code="activities.future")
    if kind not in BEFORE and written < held:
        raise Refused(
            what=what, why="写成日期早于活动日期", mend="请改正日期", code="activities.paper_before"
        )
    if (held - written).days > LONGEST_AHEAD_DAYS:
        raise Refused(
            what=what,
            why=f"写成日期（{written}）比活动早一年以上",
            mend="请核对年份",
            code="activities.paper_early",
        )


def write_paper(
    activity: Activity,
    kind: Paper.Kind,
    written: Written,
    today: date,
    organization: Organization | None = None,
) -> Paper:
    """Write or rewrite a paper. Its day of record stays unless the day it was written is another now."""
    paper = activity.papers.filter(kind=kind, organization=organization).first()
    if paper is None:
        paper = Paper(activity=activity, kind=kind, organization=organization, recorded=today)
    elif paper.happened != written.happened:
        paper.recorded = today
    paper.happened = written.happened
    paper.body, paper.resolution = written.body.strip(), written.resolution.strip()
    paper.kept_at = written.kept_at.strip()
    paper.save()
    return paper
