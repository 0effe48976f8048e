"""The sheet on which a branch assigns its members to its groups (编组)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from zhibu.access import permits, scope
from zhibu.access.forms import DAY
from zhibu.access.permission import permit
from zhibu.registers.intervals import in_force
from zhibu.registers.members import actions, queries
from zhibu.registers.members.models import Membership
from zhibu.site import clock
from zhibu.site.deeds import deed

PICK = "pick-"


def page(request: HttpRequest, identity: str) -> HttpResponse:
    """The members of the branch today, each with a choice of its groups."""
    reader: Any = request.user
    branch = get_object_or_404(scope.organizations(reader), pk=identity)
    permit(reader, "members.group", branch)
    today = clock.today()
    groups = queries.groups_of(branch, today)
    placement = branch.placement_on(today)
    # Groups are mostly named after their branch, which stands above the sheet already.
    above = placement.name if placement else ""
    choices = [("", "未编组"), *((row.organization_id, row.name.removeprefix(above)) for row in groups)]
    assigned = queries.grouped([row.organization_id for row in groups], today)
    members = list(
        Membership.objects.filter(in_force(today), organization=branch)
        .select_related("member")
        .order_by("member__pinyin", "member_id")
    )
    fields: dict[str, forms.Field] = {"since": forms.DateField(label="自哪天起", widget=DAY, initial=today)}
    for row in members:
        fields[PICK + row.member_id] = forms.ChoiceField(
            label=row.member.name,
            choices=choices,
            required=False,
            initial=assigned.get(row.member_id, ""),
        )
    form: Any = type("GroupsForm", (forms.Form,), fields)(request.POST or None)

    def act(values: dict[str, Any]) -> None:
        picked = {name.removeprefix(PICK): value or None for name, value in values.items() if name != "since"}
        actions.arrange(actor=reader, branch=branch, groups=picked, since=values["since"], today=today)

    lines = [form[PICK + row.member_id] for row in members]
    back = f"{reverse('organization', args=[branch.pk])}?tab=people"
    counts = Counter(assigned.values())
    context = {
        "branch": branch,
        "lines": lines,
        "groups": [(row, row.name.removeprefix(above), counts[row.organization_id]) for row in groups],
        "may_set_up": permits(reader, "organizations.group", branch),
    }
    return deed(
        request, form, act, title=f"编入党小组：{branch}", back=back, done="已编组。",
        template="members/groups.html", context=context,
    )  # fmt: skip
