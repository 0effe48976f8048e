"""Pages that change recorded activities: attendance, papers, cancel, make-up study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhibu.access import NotPermitted, Refused, permits
from zhibu.access.permission import permit
from zhibu.access.writing import noting
from zhibu.norm import amounts
from zhibu.registers.activities import actions, forms, queries
from zhibu.registers.activities.models import Activity, Attendance, Paper
from zhibu.registers.activities.views import address, found, lead_of
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock
from zhibu.site.deeds import deed, done, say

Values = dict[str, Any]


def attendance(request: HttpRequest, identity: str) -> HttpResponse:
    """Take or correct the attendance list of one host (`organization`, else the leading one)."""
    reader: Any = request.user
    activity = found(request, identity)
    organization = _host(activity, request.GET.get("organization", ""))
    permit(reader, "activities.attendance", organization)
    roll = queries.roll(reader, organization, activity.day)
    lead = lead_of(activity) == organization
    known = queries.on_lists(activity, None if lead else [organization.pk])
    if lead:
        # The lists of the other hosts are theirs: their lines are neither shown nor sent here.
        others = set(activity.hosts.filter(leading=False).values_list("organization_id", flat=True))
        own = {one.member.pk for one in roll}
        known = [row for row in known if row.organization_id not in others or row.member_id in own]
    refusal = None
    if request.method == "POST":
        try:
            lines = forms.lines_of(request.POST, roll, known)
            confirming = activity.hosts.filter(organization=organization, recorded=None).exists()
            act = actions.confirm_part if confirming else actions.take_attendance
            with noting() as deeds:
                act(
                    actor=reader,
                    activity=activity,
                    organization=organization,
                    lines=lines,
                    today=clock.today(),
                )
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            say(request, "出勤已保存。", deeds)
            return redirect(address(activity))
    context = {
        "activity": activity,
        "organization": organization,
        "sheet": forms.sheet_of(
            roll, known, request.POST if request.method == "POST" else None, Attendance.State.PRESENT
        ),
        "states": (*forms.STATES, forms.UNLISTED),
        "refusal": refusal,
    }
    return render(request, "activities/attendance.html", context, status=409 if refusal else 200)


def _host(activity: Activity, wanted: str) -> Organization:
    rows = activity.hosts.select_related("organization")
    row = get_object_or_404(rows, organization=wanted) if wanted else rows.get(leading=True)
    return row.organization


@require_POST
def leave_joint(request: HttpRequest, identity: str, organization: str) -> HttpResponse:
    """Say that an organization took no part in a joint activity."""
    reader: Any = request.user
    activity = found(request, identity)
    host = _host(activity, organization)
    today = clock.today()
    return done(
        request,
        lambda: actions.leave_joint(actor=reader, activity=activity, organization=host, today=today),
        back=reverse("activity_list"),
        said="已退出这次联合活动。",
    )


#: The papers that have a page: title, the action that writes it.
PAPERS: dict[str, tuple[str, Callable[..., Paper]]] = {
    "plan": ("方案", actions.write_plan),
    "notice": ("信息公布", actions.write_notice),
    "record": ("记录", actions.write_record),
    "evaluation": ("总结评价", actions.evaluate),
    "file": ("资料归档", actions.file_documents),
}


def paper(request: HttpRequest, identity: str, kind: str) -> HttpResponse:
    """Write a paper of an activity."""
    if kind not in PAPERS:
        raise Http404
    reader: Any = request.user
    activity = found(request, identity)
    title, write = PAPERS[kind]
    verb = "activities.evaluate" if kind == "evaluation" else "activities.write"
    permit(reader, verb, lead_of(activity))
    known = activity.papers.filter(kind=kind, organization=None).first()
    today = clock.today()
    first = {"happened": min(activity.day, today)}
    if known:
        first = {name: getattr(known, name) for name in ("body", "resolution", "kept_at", "happened")}
    form = forms.PaperForm(request.POST or None, initial=first)
    if kind != "record":
        del form.fields["resolution"]

    def act(values: Values) -> None:
        write(actor=reader, activity=activity, written=form.written(), today=today)

    heading = f"{title}：{activity.title}"
    return deed(request, form, act, title=heading, back=address(activity), done=f"{title}已保存。")


def cancel(request: HttpRequest, identity: str) -> HttpResponse:
    """Cancel an activity, with the reason."""
    reader: Any = request.user
    activity = found(request, identity)
    permit(reader, "activities.cancel", lead_of(activity))

    def act(values: Values) -> None:
        actions.cancel_activity(actor=reader, activity=activity, reason=values["reason"], today=clock.today())

    return deed(
        request,
        forms.ReasonForm(request.POST or None),
        act,
        title=f"取消活动：{activity.title}",
        back=address(activity),
        label="取消活动",
        done="活动已取消，可在活动页恢复。",
    )


@require_POST
def restore(request: HttpRequest, identity: str) -> HttpResponse:
    """Undo the cancelling."""
    reader: Any = request.user
    activity = found(request, identity)
    return done(
        request,
        lambda: actions.restore_activity(actor=reader, activity=activity, today=clock.today()),
        back=address(activity),
        said="活动已恢复。",
    )


def make_up(request: HttpRequest, identity: str) -> HttpResponse:
    """Make up study for a leave."""
    reader: Any = request.user
    rows: Any = Attendance.objects.select_related("activity", "member", "organization")
    line = get_object_or_404(rows.filter(activity__in=queries.activities(reader)), pk=identity)
    if not permits(reader, "activities.attendance", line.organization) and not queries.keeps_group_list(
        reader, line.activity
    ):
        raise Http404
    missed = queries.minutes_earned(line.activity)
    form = forms.MakeUpForm(
        request.POST or None, initial={"day": clock.today(), "hours": amounts.hours_input(missed)}
    )

    def act(values: Values) -> None:
        actions.make_up_study(
            actor=reader,
            attendance=line,
            day=values["day"],
            how=values["how"],
            minutes=values["hours"],
            today=clock.today(),
        )

    return deed(
        request,
        form,
        act,
        title=f"补学：{line.member.name}，{line.activity.title}",
        back=reverse("make_up_list") if request.GET.get("from") == "list" else address(line.activity),
        done="补学已登记，学时随之计入。",
    )
