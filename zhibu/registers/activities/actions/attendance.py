"""Take the attendance list; make up study for a leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.access import Refused, action, permit, renew, snapshot
from zhibu.access.models import Account
from zhibu.norm.amounts import amount_title
from zhibu.registers.activities import kinds, queries
from zhibu.registers.activities.actions.log_row import log_activity
from zhibu.registers.activities.actions.papers import Written, write_paper
from zhibu.registers.activities.models import Activity, Attendance, Paper
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Member, Membership
from zhibu.registers.organizations.models import Kind, Organization
from zhibu.site import packs


@dataclass(frozen=True)
class Line:
    """One line of the list: the member, the organization the member belongs to, and how it was.

    `expected` False: a member who sat in (列席) and was not among those expected.
    """

    member: str
    organization: str
    state: str
    reason: str = ""
    expected: bool = True


@action("activities.attendance")
def take_attendance(
    *,
    actor: Account,
    activity: Activity,
    organization: Organization,
    lines: Sequence[Line],
    taken: date | None = None,
    today: date,
) -> Activity:
    """Write the attendance list of one host; `taken` is when it was taken (default: the day itself)."""
    permit(actor, "activities.attendance", organization)
    renew(activity)
    if activity.status != Activity.Status.HELD:
        raise Refused(
            what="出勤没有登记",
            why="活动还没有登记为已开展，或已取消",
            mend="请先登记活动",
            code="activities.not_held",
        )
    if not lines:
        raise Refused(
            what="出勤没有登记",
            why="名单是空的",
            mend="请至少保留一名参加人员",
            code="activities.no_people",
        )
    before = snapshot(activity)
    touched = write_lines(actor, activity, organization, lines, today)
    written = Written(happened=taken or activity.day)
    write_paper(activity, Paper.Kind.ATTENDANCE, written, today, organization)
    log_activity(actor, "activities.attendance", activity, before=before, members=touched)
    return activity


@action("activities.attendance")
def make_up_study(
    *,
    actor: Account,
    attendance: Attendance,
    day: date,
    how: str,
    minutes: int | None = None,
    today: date,
) -> Attendance:
    """Record that someone on leave made the study up (补学) on `day`, how, and for how long (None: all of it)."""
    activity = attendance.activity
    if not queries.keeps_group_list(actor, activity):
        permit(actor, "activities.attendance", attendance.organization)
    renew(attendance)
    themes = activity.themes.values_list("kind", flat=True)
    what = "补学没有登记"
    if attendance.state != Attendance.State.LEAVE:
        raise Refused(
            what=what, why="只有请假的可以补学", mend="请先核对出勤情况", code="activities.not_on_leave"
        )
    if not kinds.earns(packs.norm(), themes, activity.day):
        raise Refused(what=what, why="这类活动不计学时", mend="无须补学", code="activities.earns_nothing")
    if not activity.day <= day <= today:
        raise Refused(
            what=what,
            why="补学日期应在活动当日之后、今天之前",
            mend="请改正日期",
            code="activities.make_up_day",
        )
    if not how.strip():
        raise Refused(
            what=what,
            why="没有写补学方式",
            mend="请写明怎样补学，如自学笔记、观看录像",
            code="activities.no_how",
        )
    missed = queries.minutes_earned(activity)
    if minutes is not None and not 0 < minutes <= missed:
        raise Refused(
            what=what,
            why=f"补学最多计请假耽误的 {amount_title(missed, 'minutes')}",
            mend="请改正学时；多学的不计",
            code="activities.make_up_minutes",
        )
    before = snapshot(activity)
    attendance.made_up, attendance.made_up_how, attendance.made_up_recorded = day, how.strip(), today
    attendance.made_up_minutes = minutes if minutes != missed else None
    attendance.save()
    log_activity(actor, "activities.make_up", activity, before=before, members=[attendance.member_id])
    return attendance


def write_lines(
    actor: Account, activity: Activity, organization: Organization, lines: Sequence[Line], today: date
) -> list[str]:
    """Write one host's lines; gives the members touched. A line that says the same keeps its date."""
    _permit_places(actor, activity, organization, lines)
    known = {row.member_id: row for row in activity.attendances.all()}
    # The leading host's list may hold members of many branches; another host's list is its own branch.
    leading = activity.hosts.filter(organization=organization, leading=True).exists()
    others = set(activity.hosts.exclude(organization=organization).values_list("organization_id", flat=True))
    mine = {
        member
        for member, row in known.items()
        if row.organization_id == organization.pk or (leading and row.organization_id not in others)
    }
    _require_members(activity, [line for line in lines if line.member not in known])
    touched: list[str] = []
    fresh: list[Attendance] = []
    for line in {line.member: line for line in lines}.values():
        row = known.get(line.member)
        said = (line.state, line.reason.strip(), line.expected, line.organization)
        if row is None:
            fresh.append(
                Attendance(
                    activity=activity,
                    member_id=line.member,
                    organization_id=line.organization,
                    expected=line.expected,
                    state=line.state,
                    reason=line.reason.strip(),
                    recorded=today,
                )
            )
        elif said != (row.state, row.reason, row.expected, row.organization_id):
            if (row.state, row.organization_id) != (line.state, line.organization):
                row.recorded = today
            if line.state != Attendance.State.LEAVE:
                row.made_up, row.made_up_how, row.made_up_recorded = None, "", None
                row.made_up_minutes = None
            row.state, row.reason, row.expected, row.organization_id = said
            row.save()
        else:
            continue
        touched.append(line.member)
    Attendance.objects.bulk_create(fresh, batch_size=500)
    gone = mine - {line.member for line in lines}
    activity.attendances.filter(member__in=gone).delete()
    return [*touched, *sorted(gone)]


def _permit_places(
    actor: Account, activity: Activity, organization: Organization, lines: Sequence[Line]
) -> None:
    """A list names members of the host and of what lies below; that of a group its branch's members."""
    permit(actor, "activities.attendance", organization)
    placement = organization.placement_on(activity.day)
    own = {organization.pk}
    if placement is not None and placement.kind == Kind.GROUP and placement.parent_id:
        own.add(placement.parent_id)
    others = {line.organization for line in lines} - own
    for place in Organization.objects.filter(pk__in=sorted(others)):
        permit(actor, "activities.attendance", place)


def _require_members(activity: Activity, lines: Sequence[Line]) -> None:
    """Whoever is put on the list belonged on the day to the organization that the line names."""
    members = Membership.objects.filter(in_force(activity.day), member__in=[line.member for line in lines])
    there = set(members.values_list("member_id", "organization_id"))
    strangers = [line.member for line in lines if (line.member, line.organization) not in there]
    if strangers:
        names = Member.objects.filter(pk__in=strangers[:5]).values_list("name", flat=True)
        raise Refused(
            what="出勤没有登记",
            why=f"{'、'.join(names) or '名单上有人'}在活动当日不属于所写的党组织",
            mend="请刷新名单后重新勾选；外单位人员写在“列席人员”里",
            code="activities.not_member",
        )
