"""Plan, record, correct, cancel and restore an activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zhibu.access import Refused, action, permit, permits, renew, snapshot
from zhibu.access.models import Account
from zhibu.registers.activities.actions.attendance import Line, write_lines
from zhibu.registers.activities.actions.draft import Draft, check
from zhibu.registers.activities.actions.log_row import hosts_of, log_activity
from zhibu.registers.activities.actions.papers import Written, check_day, write_paper
from zhibu.registers.activities.models import Activity, Block, Host, Paper, Theme
from zhibu.registers.organizations.models import Organization


@action("activities.plan")
def plan_activity(
    *, actor: Account, organization: Organization, draft: Draft, plan: Written | None = None, today: date
) -> Activity:
    """Plan an activity of the organization, with its plan (方案) where it is written already."""
    permit(actor, "activities.plan", organization)
    check(organization, draft, held=False, today=today)
    activity = _create(actor, organization, draft, Activity.Status.PLANNED, today)
    if plan is not None:
        write_paper(activity, Paper.Kind.PLAN, plan, today)
    log_activity(actor, "activities.plan", activity, before=None)
    return activity


@action("activities.record")
def record_activity(
    *,
    actor: Account,
    organization: Organization,
    draft: Draft,
    lines: Sequence[Line],
    plan: Written | None = None,
    record: Written | None = None,
    evaluation: Written | None = None,
    list_taken: date | None = None,
    planned: Activity | None = None,
    today: date,
) -> Activity:
    """Record an activity that was held, with who came; `planned` is the activity that was planned before.

    Time, content and people (三落实) must be there. `list_taken`: when the list was taken, else that day.
    """
    permit(actor, "activities.record", organization)
    check(organization, draft, held=True, today=today)
    if not lines:
        raise Refused(
            what="这次活动没有登记",
            why="没有参加人员",
            mend="请勾选到会、请假和缺席的党员；支部名单为空的，请先在党员台账登记",
            code="activities.no_people",
        )
    before = None
    # One at a time: of two tabs the second sees what the first has written.
    Organization.objects.select_for_update().get(pk=organization.pk)
    if planned is None:
        _refuse_twice(organization, draft)
        activity = _create(actor, organization, draft, Activity.Status.HELD, today)
    else:
        renew(planned)
        _require(
            planned.status == Activity.Status.PLANNED, "已经登记过或已取消", "请用“更正”修改", "not_planned"
        )
        before = snapshot(planned)
        activity = planned
        _apply(activity, draft, today)
        activity.status = Activity.Status.HELD
        activity.save()
        activity.themes.update(recorded=today)  # that it was held is learnt only now
        _name_hosts(actor, activity, organization, draft.joint, today)
    write_lines(actor, activity, organization, lines, today)
    taken = list_taken or activity.day
    write_paper(activity, Paper.Kind.ATTENDANCE, Written(happened=taken), today, organization)
    for kind, written in (
        (Paper.Kind.PLAN, plan),
        (Paper.Kind.RECORD, record),
        (Paper.Kind.EVALUATION, evaluation),
    ):
        if written is not None:
            check_day(kind, written.happened, activity.day, today)
            write_paper(activity, kind, written, today)
    log_activity(actor, "activities.record", activity, before=before)
    return activity


@action("activities.correct")
def correct_activity(
    *, actor: Account, activity: Activity, organization: Organization, draft: Draft, reason: str, today: date
) -> Activity:
    """Correct (更正) what was recorded, with the reason. What the facts say anew counts as learnt today."""
    for host in hosts_of(activity):
        if host == organization.pk or host not in {one.pk for one in draft.joint}:
            permit(actor, "activities.correct", host)
    permit(actor, "activities.correct", organization)
    renew(activity)
    held = activity.status == Activity.Status.HELD
    _require(activity.status != Activity.Status.CANCELLED, "活动已取消", "请先恢复再更正", "cancelled")
    _require(bool(reason.strip()) or not held, "没有写更正原因", "请写明为什么更正", "no_reason")
    check(organization, draft, held=held, today=today, recorded=activity.recorded, what="更正没有保存")
    before = snapshot(activity)
    _apply(activity, draft, today)
    activity.save()
    _name_hosts(actor, activity, organization, draft.joint, today)
    log_activity(actor, "activities.correct", activity, before=before, reason=reason)
    return activity


@action("activities.cancel")
def cancel_activity(*, actor: Account, activity: Activity, reason: str, today: date) -> Activity:
    """Cancel (取消) an activity, with the reason; it proves nothing until it is restored."""
    _permit_all(actor, "activities.cancel", activity)
    renew(activity)
    _require(activity.status != Activity.Status.CANCELLED, "活动已经取消", "无须再取消", "cancelled")
    _require(bool(reason.strip()), "没有写取消原因", "请写明为什么取消", "no_reason")
    before = snapshot(activity)
    activity.status = Activity.Status.CANCELLED
    activity.cancel_reason = reason.strip()
    activity.save()
    log_activity(actor, "activities.cancel", activity, before=before, reason=reason)
    return activity


@action("activities.cancel")
def restore_activity(*, actor: Account, activity: Activity, today: date) -> Activity:
    """Undo the cancelling: held if people were recorded, else planned."""
    _permit_all(actor, "activities.cancel", activity)
    renew(activity)
    _require(activity.status == Activity.Status.CANCELLED, "活动没有取消", "无须恢复", "not_cancelled")
    before = snapshot(activity)
    held = activity.papers.filter(kind=Paper.Kind.ATTENDANCE).exists()
    activity.status = Activity.Status.HELD if held else Activity.Status.PLANNED
    activity.cancel_reason = ""
    activity.save()
    log_activity(actor, "activities.restore", activity, before=before)
    return activity


def _permit_all(actor: Account, verb: str, activity: Activity) -> None:
    for host in activity.hosts.filter(leading=True).select_related("organization"):
        permit(actor, verb, host.organization)


def _refuse_twice(organization: Organization, draft: Draft) -> None:
    """Refuse what stands already: the same organization, name, themes and time (a form sent twice)."""
    same = Activity.objects.filter(
        hosts__organization=organization, hosts__leading=True, day=draft.first_day, title=draft.title.strip()
    ).exclude(status=Activity.Status.CANCELLED)
    for one in same.prefetch_related("themes", "blocks"):
        blocks = [(row.day, row.part, row.start, row.end) for row in one.blocks.all()]
        if {row.kind for row in one.themes.all()} == set(draft.kinds) and blocks == [
            (block.day, block.part, block.start, block.end) for block in draft.blocks
        ]:
            planned = one.status == Activity.Status.PLANNED
            raise Refused(
                what="这次活动没有登记",
                why=f"同一时间、同一主题的“{one.title}”已经{'安排' if planned else '登记'}过",
                mend="请打开那次活动登记" if planned else "无须重复登记；确是另一次的，请另写名称",
                code="activities.twice",
            )


def _require(holds: bool, why: str, mend: str, code: str) -> None:
    if not holds:
        raise Refused(what="这一步没有办成", why=why, mend=mend, code=f"activities.{code}")


def _create(
    actor: Account, organization: Organization, draft: Draft, status: Activity.Status, today: date
) -> Activity:
    activity = Activity(status=status, recorded=today, day=draft.first_day)
    activity.save(force_insert=True)
    _apply(activity, draft, today)
    activity.save()
    _name_hosts(actor, activity, organization, draft.joint, today)
    return activity


def _apply(activity: Activity, draft: Draft, today: date) -> None:
    """Write the draft into the activity, its blocks and themes; what its facts say anew is recorded today."""
    counts_for = draft.counts_for if draft.counts_for != draft.first_day else None
    was = [(row.day, row.part, row.start, row.end) for row in activity.blocks.all()]
    now = [(block.day, block.part, block.start, block.end) for block in draft.blocks]
    same_time = was == now and (activity.day, activity.counts_for) == (draft.first_day, counts_for)
    activity.title = draft.title.strip()
    activity.day = draft.first_day
    activity.counts_for = counts_for
    activity.counts_for_reason = draft.counts_for_reason.strip()
    activity.place, activity.chair = draft.place.strip(), draft.chair.strip()
    activity.content, activity.visitors = draft.content.strip(), draft.visitors.strip()
    activity.late_reason = draft.late_reason.strip()
    if was != now:
        activity.blocks.all().delete()
        Block.objects.bulk_create(
            Block(
                activity=activity,
                day=block.day,
                part=block.part,
                start=block.start,
                end=block.end,
                minutes=block.minutes,
            )
            for block in draft.blocks
        )
    if not same_time:
        activity.themes.update(recorded=today)
        activity.attendances.update(recorded=today)
    activity.themes.exclude(kind__in=draft.kinds).delete()
    there = set(activity.themes.values_list("kind", flat=True))
    Theme.objects.bulk_create(
        Theme(activity=activity, kind=kind, recorded=today)
        for kind in dict.fromkeys(draft.kinds)
        if kind not in there
    )


def _name_hosts(
    actor: Account, activity: Activity, organization: Organization, joint: Sequence[Organization], today: date
) -> None:
    """Name the hosts. One that the actor may not write for is named only, and confirms by itself."""
    wanted = {organization.pk: organization, **{one.pk: one for one in joint}}
    activity.hosts.exclude(organization__in=wanted).delete()
    there = set(activity.hosts.values_list("organization_id", flat=True))
    for pk, host in wanted.items():
        if pk not in there:
            may = pk == organization.pk or permits(actor, "activities.record", host)
            Host.objects.create(
                activity=activity,
                organization=host,
                leading=pk == organization.pk,
                recorded=today if may else None,
            )
