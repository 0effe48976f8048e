"""The menu of documents (文书) on the page of an organization and of a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from zhibu.access import permits
from zhibu.documents.menu import MEMBER, ORGANIZATION
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import panels

FULL = "members.unmask"


def opens(reader: Any, organization: Organization) -> bool:
    """Whoever may have any document of it."""
    return any(permits(reader, one.verb, organization) for one in ORGANIZATION.values())


def of_organization(asked: panels.Asked) -> Mapping[str, Any]:
    """Each document with its addresses; the day is chosen in one form."""
    organization, reader = asked.subject, asked.reader
    placement = organization.placement_on(asked.day) or organization.latest_placement()
    kind = placement.kind if placement else ""
    return {
        "day": asked.day,
        "today": asked.today,
        "since": asked.today - timedelta(days=31),
        "documents": [
            (one, reverse("documents:organization", args=[organization.pk, name]))
            for name, one in ORGANIZATION.items()
            if kind in one.kinds and permits(reader, one.verb, organization)
        ],
        "official": f"{reverse('roster_export')}?organization={organization.pk}" if kind != "group" else "",
        "may_unmask": permits(reader, FULL, organization),
    }


def opens_person(reader: Any, member: Member) -> bool:
    """Whoever sees the person may print what the page shows."""
    return True


def of_person(asked: panels.Asked) -> Mapping[str, Any]:
    """Each document of the person."""
    member = asked.subject
    return {
        "documents": [
            (one, reverse("documents:member", args=[member.pk, name])) for name, one in MEMBER.items()
        ],
        "may_unmask": permits(asked.reader, FULL, member=member),
    }


ORGANIZATION_PANEL = panels.Panel(
    "documents", "打印", 90, "documents/of_organization.html", opens, of_organization
)
PERSON_PANEL = panels.Panel("documents", "打印", 90, "documents/of_person.html", opens_person, of_person)
