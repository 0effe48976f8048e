"""Pages on which a branch sets up, renames and dissolves its groups (党小组)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from zhibu.access import permits, scope
from zhibu.access.forms import DAY
from zhibu.access.permission import permit
from zhibu.registers.members import actions, queries
from zhibu.registers.organizations.models import Kind, Organization, Placement
from zhibu.site import clock
from zhibu.site.deeds import deed

VERB = "organizations.group"
ORDINALS = "一二三四五六七八九十"


class GroupForm(forms.Form):
    """How a group is called, and from when."""

    name = forms.CharField(label="名称", max_length=120, help_text="全称，例如：机电工程系党支部第一党小组")
    since = forms.DateField(label="自哪天起", widget=DAY)


class DissolveForm(forms.Form):
    """From when a group stands no more."""

    until = forms.DateField(
        label="撤销日期",
        widget=DAY,
        help_text="当日起不再存在，组员改为未编组，组长不再任职。以前的记录都保留。",
    )


def _found(request: HttpRequest, identity: str, kind: Kind) -> tuple[Organization, Placement]:
    """The organization within reach and how it stands today; 404 where it is no such one any more."""
    found = get_object_or_404(scope.organizations(request.user), pk=identity)
    placement = found.placement_on(clock.today())
    if placement is None or placement.kind != kind:
        raise Http404
    return found, placement


def _sheet(reader: Any, branch: str) -> str:
    """Where a branch's groups are seen to: the sheet that assigns its members, for who may; else its page."""
    page = "member_groups" if permits(reader, "members.group", branch) else "organization"
    return reverse(page, args=[branch])


def set_up(request: HttpRequest, identity: str) -> HttpResponse:
    """Set up a group of a branch; from there on to the sheet that assigns its members."""
    reader: Any = request.user
    branch, placement = _found(request, identity, Kind.BRANCH)
    permit(reader, VERB, branch)
    today = clock.today()
    number = len(queries.groups_of(branch, today))
    next_name = f"{placement.name}第{ORDINALS[number]}党小组" if number < len(ORDINALS) else ""
    form = GroupForm(request.POST or None, initial={"name": next_name, "since": today})

    def act(values: dict[str, Any]) -> None:
        actions.set_up_group(actor=reader, branch=branch, today=today, **values)

    return deed(
        request, form, act, title=f"设立党小组：{branch}", back=_sheet(reader, branch.pk), label="设立",
        done="已设立，请编入党员。",
    )  # fmt: skip


def rename(request: HttpRequest, identity: str) -> HttpResponse:
    """Rename a group."""
    reader: Any = request.user
    group, placement = _found(request, identity, Kind.GROUP)
    permit(reader, VERB, group)
    today = clock.today()
    form = GroupForm(request.POST or None, initial={"name": placement.name, "since": today})

    def act(values: dict[str, Any]) -> None:
        actions.rename_group(actor=reader, group=group, today=today, **values)

    back = reverse("organization", args=[group.pk])
    return deed(request, form, act, title=f"更名：{group}", back=back, label="更名", done="已更名。")


def dissolve(request: HttpRequest, identity: str) -> HttpResponse:
    """Dissolve a group."""
    reader: Any = request.user
    group, placement = _found(request, identity, Kind.GROUP)
    permit(reader, VERB, group)
    today = clock.today()
    form = DissolveForm(request.POST or None, initial={"until": today})

    def act(values: dict[str, Any]) -> str:
        actions.dissolve_group(actor=reader, group=group, today=today, **values)
        return _sheet(reader, placement.parent_id or "")

    back = reverse("organization", args=[group.pk])
    return deed(
        request,
        form,
        act,
        title=f"撤销：{group}",
        back=back,
        label="撤销党小组",
        done="已撤销，组员改为未编组。",
    )
