"""What the pages of an organization and of a person show of the year's exemptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from zhibu.access import permits
from zhibu.registers.exemptions import queries
from zhibu.registers.exemptions.models import ALL_DUTIES
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs, panels

READ = "exemptions.read"


def opens(reader: Any, organization: Organization) -> bool:
    """Whoever may see its exemptions."""
    return permits(reader, READ, organization)


def opens_person(reader: Any, member: Member) -> bool:
    """Whoever may see the person's exemptions."""
    return permits(reader, READ, member=member)


def shown(asked: panels.Asked) -> Mapping[str, Any]:
    """Those that hold in the year, in the words of their duties."""
    subject = asked.subject
    about = Q(member=subject) if isinstance(subject, Member) else Q(organization=subject)
    first, last = date(asked.year, 1, 1), date(asked.year, 12, 31)
    rows = queries.exemptions(asked.reader).filter(about, Q(until=None) | Q(until__gt=first), since__lte=last)
    duties = packs.norm().duties
    titles = {ALL_DUTIES: "全部要求（党费除外）", **{one.id: one.title for one in duties.values()}}
    return {"exemptions": [(row, titles.get(row.duty, row.duty)) for row in rows], "year": asked.year}


ORGANIZATION = panels.Panel("exemptions", "免除", 30, "exemptions/of_year.html", opens, shown, tab=False)
PERSON = panels.Panel("exemptions", "免除", 30, "exemptions/of_year.html", opens_person, shown, tab=False)
