"""The list of posts (任职): who holds or held what, across the organizations within reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import scope
from zhibu.access.permission import permit
from zhibu.registers.intervals import in_force
from zhibu.registers.organizations import queries
from zhibu.registers.organizations.models import Post, PostKind
from zhibu.site import clock
from zhibu.site.listing import Column, Filter, Listing

STATES = (("now", "在任"), ("before", "已免"), ("coming", "未到任"))


def _state(post: Post) -> str:
    today = clock.today()
    if post.since > today:
        return "未到任"
    return "在任" if post.holds(today) else "已免"


def _of_state(rows: QuerySet[Post], state: str) -> QuerySet[Post]:
    today = clock.today()
    now = in_force(today)
    return rows.filter({"now": now, "before": Q(until__lte=today), "coming": Q(since__gt=today)}[state])


def _at(rows: QuerySet[Post], organization: str) -> QuerySet[Post]:
    return rows.filter(organization__in=scope.subtree([organization]))


def _places(request: HttpRequest) -> Sequence[tuple[str, str]]:
    places = scope.organizations(request.user).latest().filter(placed_until__isnull=True)
    return [(place.pk, str(place)) for place in places.order_by("kind", "name")]


LIST = Listing(
    title="任职",
    columns=(
        Column("person", "姓名", sort="member__pinyin"),
        Column("kind", "职务", value=lambda one: one.get_kind_display(), sort="kind", width=22),
        Column(
            "place_name",
            "党组织",
            link=lambda one: reverse("organization", args=[one.organization_id]),
            sort="place_name",
            width=30,
        ),
        Column("portfolio", "分工"),
        Column("since", "任职", sort="since"),
        Column("until", "免职", sort="until"),
        Column("state", "状态", value=_state),
        Column("document", "任免文号", only="workbook", width=24),
        Column("recorded", "登记日期", sort="recorded", only="workbook"),
    ),
    search=("member__name", "member__found_by", "portfolio", "document"),
    search_title="姓名、拼音、分工、文号",
    filters=(
        Filter("organization", "党组织", choices=_places, apply=_at),
        Filter("kind", "职务", choices=PostKind.choices),
        Filter("state", "状态", choices=STATES, apply=_of_state),
    ),
    order=("organization", "kind", "-since", "pk"),
    measure="项",
    noun="任职",
    empty_what="还没有任职",
    empty_mend="请在党组织的页面上登记书记、委员等职务。",
)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list with search, sort, filters and export."""
    reader: Any = request.user
    permit(reader, scope.READ_ORGANIZATIONS)
    buttons = [(reverse("organization_tree"), "组织树")]
    return LIST.page(request, queries.all_posts(reader), buttons=buttons)
