"""What the pages of a branch and of a person show of the year's study."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Min

from zhibu.access import permits
from zhibu.norm.amounts import amount_title
from zhibu.registers.education import kinds, queries, rules
from zhibu.registers.education.models import Reflection, Stage, Training
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs, panels
from zhibu.site.wording import period_title

#: So many reflections and trainings are named; the lists have the others.
MOST = 12


def opens(reader: Any, organization: Organization) -> bool:
    """Whoever may see its study."""
    return permits(reader, queries.READ, organization)


def opens_person(reader: Any, member: Member) -> bool:
    """Whoever may see the person's study."""
    return permits(reader, queries.READ, member=member)


def of_person(asked: panels.Asked) -> Mapping[str, Any]:
    """Reflections, trainings and sheets of the year that name the person."""
    first, last = date(asked.year, 1, 1), date(asked.year, 12, 31)
    year = rules.period_of("year", first)
    reflections = queries.reflections(asked.reader).filter(queries.counting("", year), member=asked.subject)
    trainings = queries.trainings(asked.reader).filter(member=asked.subject, first__lte=last, last__gte=first)
    lines = queries.lines(asked.reader).filter(queries.counting("sheet__", year), member=asked.subject)
    norm = packs.norm()
    return {
        "year": asked.year,
        "member": asked.subject.pk,
        "reflections": reflections.defer("body").order_by("-day", "-pk")[:MOST],
        "trainings": [
            (row, amount_title(row.total, "minutes")) for row in trainings.order_by("-first", "-pk")[:MOST]
        ],
        "lines": [
            (kinds.title_of(norm, line.sheet.kind), line)
            for line in lines.select_related("sheet").order_by("-sheet__day", "pk")
        ],
        "sees_sheets": permits(asked.reader, queries.READ) and asked.reader.member_id != asked.subject.pk,
    }


def of_organization(asked: panels.Asked) -> Mapping[str, Any]:
    """By period how many reflections were read and wait; the sheets of the year, the trainings confirmed."""
    first, last = date(asked.year, 1, 1), date(asked.year, 12, 31)
    year, norm = rules.period_of("year", first), packs.norm()
    unit = kinds.unit_of(norm, kinds.REFLECTION)
    counted: dict[str, dict[str, int]] = {}
    rows = queries.reflections(asked.reader).filter(queries.counting("", year), organization=asked.subject)
    for day, counts_for, stage in rows.values_list("day", "counts_for", "stage"):
        stages = counted.setdefault(rules.period_of(unit, counts_for or day).name, {})
        stages[stage] = stages.get(stage, 0) + 1
    sheets = queries.sheets(asked.reader).filter(
        queries.counting("", year), organization=asked.subject, withdrawn=None
    )
    trainings = queries.trainings(asked.reader).filter(
        organization=asked.subject, first__lte=last, last__gte=first
    )
    return {
        "year": asked.year,
        "organization": asked.subject.pk,
        "periods": [
            (name, period_title(name), stages.get(Stage.ACCEPTED, 0), stages.get(Stage.HANDED, 0))
            for name, stages in sorted(counted.items())
        ],
        "sheets": [
            (kinds.title_of(norm, row.kind), row, row.many)
            for row in sheets.annotate(many=Count("lines")).order_by("-day", "-pk")[:MOST]
        ],
        "confirmed": trainings.filter(stage=Stage.ACCEPTED).count(),
        "waiting": trainings.filter(stage=Stage.HANDED).count(),
    }


def first(organization: Organization) -> date | None:
    """The day of its first reflection."""
    found: date | None = Reflection.objects.filter(organization=organization).aggregate(day=Min("day"))["day"]
    return found


def first_of_person(member: Member) -> date | None:
    """The day of the person's first reflection or training."""
    days = (
        Reflection.objects.filter(member=member).aggregate(day=Min("day"))["day"],
        Training.objects.filter(member=member).aggregate(day=Min("first"))["day"],
    )
    return min((day for day in days if day is not None), default=None)


ORGANIZATION = panels.Panel(
    "education", "学习", 45, "education/of_branch.html", opens, of_organization, first
)
PERSON = panels.Panel(
    "education", "学习", 45, "education/of_person.html", opens_person, of_person, first_of_person
)
