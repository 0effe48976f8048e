"""What the pages of an organization and of a person show of the year's evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Min, Q, QuerySet

from zhibu.access import permits
from zhibu.norm.order import article_number
from zhibu.registers.evidence import kinds, permission, queries, rules
from zhibu.registers.evidence.models import Entry
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs, panels

#: Under each kind so many entries are named; the list of evidence has the others.
MOST = 6


def opens(reader: Any, organization: Organization) -> bool:
    """Whoever may see its evidence."""
    return any(permits(reader, verb, organization) for verb in permission.reading())


def opens_person(reader: Any, member: Member) -> bool:
    """Whoever may see the person's evidence."""
    return any(permits(reader, verb, member=member) for verb in permission.reading())


def _of_year(rows: QuerySet[Entry], asked: panels.Asked) -> list[Entry]:
    """Those that count for the year, and the states in force in it; none that were withdrawn."""
    first, last = date(asked.year, 1, 1), date(asked.year, 12, 31)
    counted = Q(counts_for__range=(first, last)) | Q(counts_for=None, day__range=(first, last))
    held = Q(type=Entry.Type.STATE, day__lte=last) & (Q(until=None) | Q(until__gt=first))
    found = rows.filter(Q(type=Entry.Type.EVENT) & counted | held, withdrawn=None)
    return list(found.select_related("member").order_by("-day", "-pk"))


def _by_article(entries: list[Entry]) -> list[tuple[str, str, list[tuple[str, str, int, list[Any]]]]]:
    """Number and title of each article, under it each kind: id, title, how many, the first of them with amounts."""
    norm = packs.norm()
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    shown = []
    for article, of in kinds.by_article(norm):
        lines = [
            (
                kind.id,
                kind.title,
                len(rows),
                [(row, rules.amount_text(row.amount, kind.amount)) for row in rows[:MOST]],
            )
            for kind in of
            # A kind that several articles name is listed once, under the first.
            if (rows := by_kind.pop(kind.id, None))
        ]
        if lines:
            shown.append((article_number(article.id), article.title, lines))
    return shown


def of_organization(asked: panels.Asked) -> Mapping[str, Any]:
    """The evidence of the year under its articles."""
    found = _of_year(queries.entries(asked.reader).filter(organization=asked.subject), asked)
    return _shown(asked, found, f"organization={asked.subject.pk}")


def of_person(asked: panels.Asked) -> Mapping[str, Any]:
    """The evidence of the year that names the person."""
    found = _of_year(queries.entries(asked.reader).filter(member=asked.subject), asked)
    return _shown(asked, found, f"member={asked.subject.pk}")


def _shown(asked: panels.Asked, found: list[Entry], which: str) -> Mapping[str, Any]:
    return {
        "year": asked.year,
        "articles": _by_article(found),
        "which": which,
        "named": isinstance(asked.subject, Member),
        "may_record": not asked.is_past
        and any(permits(asked.reader, verb) for verb in permission.recording()),
    }


def first(organization: Organization) -> date | None:
    """The day of its first event."""
    rows = Entry.objects.filter(organization=organization, type=Entry.Type.EVENT)
    found: date | None = rows.aggregate(day=Min("day"))["day"]
    return found


def first_of_person(member: Member) -> date | None:
    """The day of the first event that names the person."""
    found: date | None = Entry.objects.filter(member=member, type=Entry.Type.EVENT).aggregate(day=Min("day"))[
        "day"
    ]
    return found


ORGANIZATION = panels.Panel("evidence", "佐证", 50, "evidence/of_year.html", opens, of_organization, first)
PERSON = panels.Panel(
    "evidence", "佐证", 50, "evidence/of_year.html", opens_person, of_person, first_of_person
)
