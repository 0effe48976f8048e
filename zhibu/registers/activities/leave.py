"""Who was on leave when others studied, until it is made up (补学)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import scope
from zhibu.access.permission import permit
from zhibu.norm.amounts import amount_title, measured
from zhibu.registers.activities import queries
from zhibu.registers.activities.hours import earning
from zhibu.registers.activities.models import Activity, Attendance
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.wording import near_day

VERB = "activities.attendance"


def on_leave(reader: Any) -> QuerySet[Attendance]:
    """The lines of leave at what earned hours, of organizations whose people the reader sees, and one's own."""
    seen = Q(organization__in=scope.organizations(reader, "members.read").values("pk"))
    if scope.owns(reader, "members.read"):
        seen |= Q(member=reader.member_id)
    return Attendance.objects.filter(
        seen,
        earning(packs.norm()),
        state=Attendance.State.LEAVE,
        activity__status=Activity.Status.HELD,
    ).select_related("activity", "member")


def to_make_up(reader: Any) -> QuerySet[Attendance]:
    """Those that are not made up, the newest first."""
    return on_leave(reader).filter(made_up=None).order_by("-activity__day", "pk")


def _address(line: Attendance) -> str:
    if line.made_up is None:
        return f"{reverse('activity_make_up', args=[line.pk])}?from=list"
    return reverse("activity", args=[line.activity_id])


def _place(line: Any) -> str:
    rows = sorted(line.organization.placements.all(), key=lambda one: one.since)
    return str(rows[-1].name if rows else line.organization_id)


def _near(line: Attendance) -> str:
    return near_day(line.made_up, clock.today()) if line.made_up else ""


def _state(rows: QuerySet[Attendance], state: str) -> QuerySet[Attendance]:
    return rows.exclude(made_up=None) if state == "done" else rows.filter(made_up=None)


def _places(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(one.pk, str(one)) for one in queries.hosts_for(request.user, VERB, clock.today())]


def _years(request: HttpRequest) -> Sequence[tuple[str, str]]:
    this = clock.today().year
    return [(str(year), f"{year}年") for year in range(this, this - 4, -1)]


def _of_year(rows: QuerySet[Attendance], year: str) -> QuerySet[Attendance]:
    return rows.filter(activity__day__year=int(year))


LIST = Listing(
    title="补学",
    columns=(
        Column("member", "党员", value="member.name", link=_address, sort="member__pinyin"),
        Column("place", "党支部", value=_place, width=28),
        Column(
            "day",
            "请假日期",
            value=lambda line: line.activity.day,
            shown=lambda line: near_day(line.activity.day, clock.today()),
            sort="activity__day",
        ),
        Column("title", "活动", value="activity.title", width=32),
        Column("reason", "事由", width=24),
        Column("made_up", "补学日期", shown=_near, sort="made_up"),
        Column("made_up_how", "补学内容和方式", width=36),
        Column(
            "minutes",
            "计学时",
            value=lambda line: measured(line.made_up_minutes, "minutes"),
            shown=lambda line: amount_title(line.made_up_minutes, "minutes") if line.made_up_minutes else "",
            number=True,
        ),
    ),
    search=("member__name", "member__found_by", "activity__title", "activity__found_by", "reason"),
    search_title="党员、活动、事由",
    filters=(
        Filter(
            "state", "状态", choices=[("open", "未补学"), ("done", "已补学")], apply=_state, default="open"
        ),
        Filter("organization", "党支部", choices=_places),
        Filter("year", "年度", choices=_years, apply=_of_year),
    ),
    order=("-activity__day", "member__pinyin", "pk"),
    measure="人次",
    noun="请假",
    empty_what="没有要补学的",
    empty_mend="学习时请假的党员在这里列出，登记补学后学时计入请假的那天。",
)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Who is to make study up: with search, sort, filters and export."""
    reader: Any = request.user
    permit(reader, VERB)
    places = Organization.objects.prefetch_related("placements")
    reach = scope.organizations(reader, VERB).values("pk")
    rows = on_leave(reader).filter(organization__in=reach)
    rows = rows.prefetch_related(Prefetch("organization", queryset=places))
    return LIST.page(request, rows, "activities/leave.html")
