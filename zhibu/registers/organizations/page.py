"""The page of one organization: everything about it in one place, year by year.

What belongs to the tree stands here; what other rooms know of it they offer as panels (zhibu.site.panels).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.shown import history
from zhibu.registers.members.models import Status
from zhibu.registers.organizations import queries, rules, terms
from zhibu.registers.organizations.models import Kind, Organization, Post, PostKind
from zhibu.registers.organizations.permission import may_appoint
from zhibu.registers.organizations.views import found
from zhibu.site import packs, panels

PAGE = "organization"
OFFICES = "offices"
VERBS = ("rename", "describe", "dissolve", "term", "establishment", "use", "correct", "group")


@require_safe
def page(request: HttpRequest, identity: str) -> HttpResponse:
    """One organization: where it stands, who leads it, how the year stands, and a tab for each register."""
    organization = found(request, identity)
    reader: Any = request.user
    asked = panels.asked(request, organization)
    placement = organization.placement_on(asked.day) or organization.latest_placement()
    kind = placement.kind if placement else ""
    own = {OFFICES: "班子与届期" if kind in rules.HAVE_TERMS else "任职与沿革"}
    drawn = panels.draw(PAGE, request, asked, reverse(PAGE, args=[organization.pk]), own)
    parent = placement.parent if placement else None
    context = {
        "organization": organization,
        "placement": placement,
        "dissolved": placement is not None and placement.until is not None and placement.until <= asked.day,
        "parent": parent,
        "parent_visible": parent is not None
        and parent.pk in scope.reachable(reader, scope.READ_ORGANIZATIONS),
        "drawn": drawn,
        "day": asked.day,
        "today": asked.today,
        "may": {verb: permits(reader, f"organizations.{verb}", organization) for verb in VERBS}
        | {"appoint": may_appoint(reader, organization, placement)},
        "has_terms": kind in rules.HAVE_TERMS,
        "is_committee": kind == Kind.COMMITTEE,
    }
    if drawn.tab == OFFICES:
        context |= _offices(organization, kind, asked)
    elif drawn.tab == panels.FIRST_TAB:
        context |= _overview(organization, kind, asked)
    return render(request, "organizations/page.html", context)


def _overview(organization: Organization, kind: str, asked: panels.Asked) -> dict[str, Any]:
    """Who leads it and until when, how many there are, what lies below, what was done last."""
    reader = asked.reader
    posts = [post for post in queries.posts(organization) if post.holds(asked.day)]
    standing = terms.lines(packs.norm(), kind, list(queries.terms(organization)), asked.day)
    numbers = queries.numbers(organization, asked.day)
    return {
        "numbers": numbers,
        "warnings": _warnings(numbers, posts, asked.day) if kind == Kind.BRANCH else [],
        "members_visible": permits(reader, scope.READ_MEMBERS, organization),
        "posts_now": posts,
        "head": next((post for post in posts if post.kind in queries.HEADS), None),
        "term": next((line for line in standing if line.current), None),
        "below": queries.organizations(reader, asked.day)
        .filter(parent_id=organization.pk)
        .order_by("kind", "number", "name"),
        "may_establish": permits(reader, "organizations.establish", organization),
        "history": history(
            reader, log_queries.history(log_queries.log_rows(reader), organization=organization.pk)
        )
        if permits(reader, "log.read", organization)
        else [],
    }


def _warnings(numbers: queries.Numbers, posts: list[Post], day: date) -> list[str]:
    """What regulation says to a branch with so many members and these posts."""
    norm = packs.norm()
    return rules.size_warnings(
        full=dict(numbers.by_status).get(Status.FULL.label, 0),
        members=numbers.total,
        has_committee=any(post.kind == PostKind.BRANCH_COMMITTEE_MEMBER for post in posts),
        least=norm.number("branch.members_least", day),
        most=norm.number("branch.members_most", day),
        committee_from=norm.number("branch.committee_from", day),
    )


def _offices(organization: Organization, kind: str, asked: panels.Asked) -> dict[str, Any]:
    """Posts and terms over time, establishment, first day of use, how it stood in the tree."""
    posts = list(queries.posts(organization))
    return {
        "posts_now": [post for post in posts if post.holds(asked.day)],
        "posts_before": [post for post in posts if not post.holds(asked.day)],
        "terms": terms.lines(packs.norm(), kind, list(queries.terms(organization)), asked.day),
        "establishments": queries.establishments(organization),
        "first_days": queries.first_days_of_use(organization),
        "placements": queries.placements(organization),
    }
