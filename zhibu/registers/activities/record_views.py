"""Pages that record, plan and correct activities."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.access import NotPermitted, Refused
from zhibu.access.permission import permit
from zhibu.access.writing import noting
from zhibu.registers.activities import actions, forms, kinds, queries, rules
from zhibu.registers.activities.models import Activity, Attendance
from zhibu.registers.activities.views import address, found, lead_of
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs
from zhibu.site.deeds import say

Values = dict[str, Any]


def _chosen(request: HttpRequest, verb: str) -> tuple[list[Organization], Organization, date]:
    """The organizations to choose from, the chosen one, the day. 404 where the reader may record nowhere."""
    today = clock.today()
    permit(request.user, verb)
    hosts = queries.hosts_for(request.user, verb, today)
    if not hosts:
        raise Http404
    asked = forms.WhichForm(request.GET)
    asked.is_valid()
    wanted = asked.cleaned_data.get("organization", "")
    day = asked.cleaned_data.get("day")
    if day is None:
        weekday = max((pack.calendar.study_weekday or 0 for pack in packs.norm().packs.values()), default=0)
        day = forms.default_day(today, weekday or None)
    return hosts, next((one for one in hosts if one.pk == wanted), hosts[0]), day


def _groups(
    form: forms.ActivityForm, organization_kind: str
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The themes under their headings: (kind, title, ticked)."""
    ticked = set(form["kinds"].value() or ())
    offered = kinds.offered(packs.norm(), organization_kind)
    return [
        (group.title, [(kind.id, kind.title, kind.id in ticked) for kind in group.kinds])
        for group in kinds.grouped(offered)
    ]


def _initial(request: HttpRequest, day: date) -> Values:
    norm = packs.norm()
    asked = request.GET.getlist("kind")
    wanted = [kind for kind in asked if kind in norm.kinds]
    for kind in asked:
        if kind not in norm.kinds:
            messages.warning(request, f"现在的规范包里没有活动类型“{kind[:60]}”，请在下面另选。")
    counts_for = request.GET.get("instead-of", "")
    first: Values = {"day": day, "kinds": wanted}
    try:
        first["counts_for"] = date.fromisoformat(counts_for) if counts_for else None
    except ValueError:
        messages.warning(request, f"“{counts_for[:20]}”不是日期，已略去。")
    return first


def _form(
    request: HttpRequest,
    organization: Organization,
    day: date,
    initial: Values,
    *asked: str,
    entered: date | None = None,
) -> tuple[forms.ActivityForm, str]:
    """The form for an organization on a day, and the kind of the organization."""
    placement = organization.placement_on(day) or organization.latest_placement()
    kind = placement.kind if placement else ""
    if not initial.get("kinds"):
        initial = {**initial, "kinds": kinds.usual(packs.norm(), kind)}
    form = forms.ActivityForm(
        request.POST or None,
        norm=packs.norm(),
        offered=[one.id for one in kinds.offered(packs.norm(), kind)],
        joint=queries.joint_choices(organization, day),
        asked=asked,
        entered=entered,
        initial=initial,
    )
    return form, kind


def _shown(
    request: HttpRequest,
    template: str,
    form: forms.ActivityForm,
    act: Callable[[], Activity],
    context: Values,
    said: str,
) -> HttpResponse:
    """Show the form, or do what was sent and go to the activity's page."""
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            with noting() as deeds:
                activity = act()
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            say(request, said, deeds)
            norm, kept, blocks = packs.norm(), form.cleaned_data, form.blocks(form.cleaned_data)
            off = kinds.off_weekday(norm, kept["kinds"], (block.day for block in blocks))
            unexplained = [] if kept["counts_for_reason"] else off
            for warning in rules.warnings(kept["kinds"], blocks, kinds.in_slots(norm), unexplained):
                messages.warning(request, warning)
            return redirect(address(activity))
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "refusal": refusal, **context}, status=status)


def _own_first(sheet: list[Values], group: Organization, own: Collection[str] | None) -> list[Values]:
    """The lines of a group's list with its own members first, under its name, then the others of its branch."""
    if not own:
        return sheet
    headed = [
        {**line, "organization": str(group) if line["member"].pk in own else "本支部其他党员"}
        for line in sheet
    ]
    return sorted(headed, key=lambda line: line["member"].pk not in own)


def record(request: HttpRequest) -> HttpResponse:
    """Record an activity that was held, or (`planned`) one that was planned before."""
    reader: Any = request.user
    today = clock.today()
    planned = None
    if identity := request.GET.get("planned"):
        planned = found(request, identity)
    if planned is not None:
        organization, day = lead_of(planned), planned.day
        permit(reader, "activities.record", organization)
        hosts = [organization]
        initial = forms.initial_of(planned)
    else:
        hosts, organization, day = _chosen(request, "activities.record")
        initial = _initial(request, day)
    audience = request.GET.get("audience", "")
    form, kind = _form(request, organization, day, initial, "content", entered=today)
    roll = queries.roll(reader, organization, day, audience)
    given = request.POST if request.method == "POST" else None
    # Whom a group's list holds is on no roll: its branch's members are offered, those of its last list taken in.
    usual = queries.last_list(organization, day) if kind == "group" else None

    def act() -> Activity:
        return actions.record_activity(
            actor=reader,
            organization=organization,
            draft=form.draft(),
            lines=forms.lines_of(request.POST, roll),
            plan=form.written("plan", day),
            record=form.written("record", day),
            evaluation=form.written("evaluation", day),
            planned=planned,
            today=today,
        )

    context = {
        "heading": "登记活动",
        "hosts": hosts,
        "organization": organization,
        "day": day,
        "planned": planned,
        "groups": _groups(form, kind),
        "sheet": _own_first(
            forms.sheet_of(roll, (), given, Attendance.State.PRESENT, usual), organization, usual
        ),
        "usual": bool(usual),
        "states": forms.STATES if kind == "branch" else (*forms.STATES, forms.UNLISTED),
        "group": kind == "group",
        "audiences": queries.AUDIENCES.items() if kind == "committee" else (),
        "audience": audience or "seats",
        "late": rules.is_late_entry(day, today),
        "recording": True,
        "opened": request.GET.get("paper"),
        "label": "保存",
        "back": reverse("activity_list"),
    }
    return _shown(request, "activities/record.html", form, act, context, "已登记。")


def plan(request: HttpRequest) -> HttpResponse:
    """Plan an activity."""
    reader: Any = request.user
    hosts, organization, day = _chosen(request, "activities.plan")
    form, kind = _form(request, organization, day, _initial(request, day))
    today = clock.today()

    def act() -> Activity:
        return actions.plan_activity(
            actor=reader,
            organization=organization,
            draft=form.draft(),
            plan=form.written("plan", min(today, day)),
            today=today,
        )

    context = {
        "heading": "安排活动",
        "hosts": hosts,
        "organization": organization,
        "day": day,
        "groups": _groups(form, kind),
        "planning": True,
        "label": "保存安排",
        "back": reverse("activity_list"),
    }
    return _shown(request, "activities/record.html", form, act, context, "已安排。")


def correct(request: HttpRequest, identity: str) -> HttpResponse:
    """Correct what was recorded; the reason is logged."""
    reader: Any = request.user
    activity = found(request, identity)
    organization = lead_of(activity)
    permit(reader, "activities.correct", organization)
    asked = ("content", "reason") if activity.status == Activity.Status.HELD else ()
    form, kind = _form(request, organization, activity.day, forms.initial_of(activity), *asked)
    form.fields["day"].widget = forms.DayInput()

    def act() -> Activity:
        return actions.correct_activity(
            actor=reader,
            activity=activity,
            organization=organization,
            draft=form.draft(),
            reason=form.cleaned_data["reason"],
            today=clock.today(),
        )

    context = {
        "heading": "更正活动",
        "activity": activity,
        "organization": organization,
        "groups": _groups(form, kind),
        "correcting": True,
        "late": bool(activity.late_reason) or rules.is_late_entry(activity.day, activity.recorded),
        "label": "保存更正",
        "back": address(activity),
    }
    return _shown(request, "activities/record.html", form, act, context, "已更正。")
