"""An activity that is planned becomes a draft notice to those expected: here activities and notices meet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhibu.access import Refused
from zhibu.access.permission import permit
from zhibu.access.writing import noting
from zhibu.registers.activities import queries as activities
from zhibu.registers.activities.models import Activity, Block
from zhibu.registers.notices import actions
from zhibu.registers.notices import queries as notices
from zhibu.registers.notices.actions import Draft, Line
from zhibu.registers.notices.models import Notice
from zhibu.registers.organizations.models import Kind, Organization
from zhibu.site import clock
from zhibu.site.deeds import say
from zhibu.site.wording import full_day


@require_POST
def announce(request: HttpRequest, identity: str) -> HttpResponse:
    """Write the draft: when, where, what; to the members expected on that day. It is sent from its own page."""
    reader: Any = request.user
    activity = get_object_or_404(activities.activities(reader), pk=identity)
    host = activity.hosts.select_related("organization").get(leading=True).organization
    permit(reader, "notices.send", host)
    today = clock.today()
    if activity.status != Activity.Status.PLANNED:
        raise Refused(
            what="没有写通知",
            why=f"“{activity.title}”{activity.get_status_display()}",
            mend="只有还没有开展的活动才发通知；别的事请从“写通知”开始",
            code="desk.not_planned",
        )
    sender = _sender(host, activity)
    waiting = notices.notices(reader).filter(
        organization=sender.pk, ref=activity.pk, status=Notice.Status.DRAFT
    )
    if (there := waiting.first()) is not None:  # pressed twice: the draft stands already
        return redirect(reverse("notice", args=[there.pk]))
    expected = activities.roll(reader, host, activity.day)
    draft = Draft(
        title=f"关于开展{activity.title}的通知"[:120],
        body=_said(activity, list(activity.blocks.all())),
        deadline=activity.day if activity.day >= today else None,
        remind_before=1,
        ref=activity.pk,
        ref_title=f"{activity.day:%Y-%m-%d} {activity.title}",
        lines=[Line("member", one.member.pk) for one in expected],
    )
    with noting() as deeds:
        made = actions.save_draft(actor=reader, organization=sender, draft=draft, today=today)
    say(request, f"通知草稿已写好，应到 {len(expected)} 人，核对后发送。", deeds)
    return redirect(reverse("notice", args=[made.pk]))


def _sender(host: Organization, activity: Activity) -> Organization:
    """A group's notice is its branch's."""
    placement = host.placement_on(activity.day)
    if placement is not None and placement.kind == Kind.GROUP and placement.parent is not None:
        return placement.parent
    return host


def _said(activity: Activity, blocks: list[Block]) -> str:
    """Time, place and content, as a notice says them."""
    times = []
    for block in blocks:
        clocked = f" {block.start:%H:%M}–{block.end:%H:%M}" if block.start and block.end else ""
        times.append(f"{full_day(block.day)}{block.get_part_display()}{clocked}")
    lines = [f"时间：{'；'.join(times)}"] if times else []
    lines += [f"地点：{activity.place}"] if activity.place else []
    lines += [f"主持人：{activity.chair}"] if activity.chair else []
    lines += [f"内容：{activity.content}"] if activity.content else []
    return "\n".join([*lines, "请按时参加，不能参加的提前请假。"])
