"""Reads, narrowed to what the reader may see."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from zhibu.access import scope
from zhibu.registers.exemptions.models import Exemption
from zhibu.registers.organizations.models import Placement


def exemptions(reader: Any) -> QuerySet[Exemption]:
    """The exemptions of organizations in reach, and one's own; each with `place`, the organization's name."""
    reach = scope.reachable(reader, "exemptions.read")
    own = Q(member=reader.member_id) if reader.member_id else Q(pk__in=())
    name = (
        Placement.objects.filter(organization=OuterRef("organization")).order_by("-since").values("name")[:1]
    )
    return (
        Exemption.objects.filter(Q(organization__in=reach) | own)
        .annotate(place=Subquery(name), person=F("member__name"))
        .select_related("member")
    )
