"""What the pages of an organization and of a person show of the findings: the year's state, article by article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from zhibu.access import permits
from zhibu.audit.relations import Finding
from zhibu.desk import findings, queries, year
from zhibu.desk.addresses import Addresses
from zhibu.desk.cells import Seen
from zhibu.desk.readings import signatures
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs, panels

READ = "desk.read"
#: So many of the duties that an earlier year leaves out are named.
MOST_NAMED = 3


def opens(reader: Any, organization: Organization) -> bool:
    """Whoever may see its findings."""
    return permits(reader, READ, organization)


def opens_person(reader: Any, member: Member) -> bool:
    """Whoever sees the person (the page) and findings at all; those within reach are shown."""
    return permits(reader, READ)


def of_organization(asked: panels.Asked) -> Mapping[str, Any]:
    """A strip of cells for each article, and how many findings are in which state."""
    norm, org = packs.norm(), asked.subject.pk
    kept = year.kept(asked.year, asked.today)
    reach = queries.reach(asked.reader)
    signed = frozenset(signatures(norm))
    key = ("articles", reach, org, asked.year, signed)
    shown: tuple[list[year.ArticleLine], list[tuple[str, int]]] | None = kept.derived.get(key)
    if shown is None:
        home = queries.homes(queries.placements(asked.today))
        places = {org} | {group for group, branch in home.items() if branch == org}
        own = year.of_year(norm, queries.seen(norm, kept, reach).only(places), asked.year, asked.today)
        at = Addresses(asked.today, asked.today, _asked_year(asked))
        lines = year.articles(norm, own, org, asked.today, signed, at)
        shown = kept.derived[key] = (lines, year.counts(own, queries.doubtful(norm, asked.today, signed)))
    given = {"org": org} | ({"year": str(asked.year)} if asked.is_past else {})
    return {
        "year": asked.year,
        "is_past": asked.is_past,
        "articles": shown[0],
        "counts": shown[1],
        "of_no_year": _of_no_year(asked, lambda seen: seen.only({org}), org=org),
        "all": f"/findings/list/?{urlencode(given)}",
        "ahead": "" if asked.is_past else f"/desk/ahead/?{urlencode({'org': org})}",
    }


def _of_no_year(
    asked: panels.Asked, own: Callable[[Seen], Iterable[Finding]], **of: str
) -> Mapping[str, Any] | None:
    """What the panel of an earlier year says of the duties that it leaves out; None where it leaves out none."""
    if not asked.is_past:
        return None
    norm = packs.norm()
    today = queries.seen(norm, findings.findings(asked.today), queries.reach(asked.reader))
    titles = year.of_no_year(norm, own(today))
    if not titles:
        return None
    last = date(asked.year, 12, 31)
    address = f"/findings/list/?{urlencode(of | {'day': last.isoformat()})}"
    return {"count": len(titles), "titles": titles[:MOST_NAMED], "last": last, "address": address}


def _asked_year(asked: panels.Asked) -> int | None:
    return asked.year if asked.is_past else None


def of_person(asked: panels.Asked) -> Mapping[str, Any]:
    """The person's own duties of the year: what is required, what there is, what is short."""
    norm, who = packs.norm(), asked.subject.pk
    kept = year.kept(asked.year, asked.today)
    reach = queries.reach(asked.reader)
    own = year.of_year(norm, queries.seen(norm, kept, reach).of_subject(who), asked.year, asked.today)
    at = Addresses(asked.today, asked.today, _asked_year(asked))
    signed = frozenset(signatures(norm))
    lines = year.duties(norm, own, asked.today, signed, at)
    return {
        "year": asked.year,
        "duties": lines,
        "counts": year.counts(own, queries.doubtful(norm, asked.today, signed)),
        "of_no_year": _of_no_year(asked, lambda seen: seen.of_subject(who), q=asked.subject.name),
    }


ORGANIZATION = panels.Panel(
    "findings", "检查", 10, "desk/of_organization.html", opens, of_organization, tab=False
)
PERSON = panels.Panel("findings", "要求", 10, "desk/of_person.html", opens_person, of_person, tab=False)
