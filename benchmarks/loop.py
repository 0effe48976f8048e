"""What one would write without Zhibu: a Django loop over the ORM, a query for each subject and period.

It covers the quotas and standing duties whose evidence lies in one table (entries of evidence, or themes of
activities), of organizations by kind and of members by category. It is held to give the audit's own findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest

from zhibu.audit.calendar import Period, due_day, periods
from zhibu.audit.relations import Finding
from zhibu.norm.model import Duty, Norm, SubjectSet
from zhibu.registers.activities.models import Theme
from zhibu.registers.evidence.models import Entry
from zhibu.registers.exemptions.models import Exemption
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import FirstDayOfUse, Organization


def covered(norm: Norm) -> list[Duty]:
    """The duties that the loop decides."""
    return [
        duty for duty in norm.duties.values() if _table(norm, duty) and _plain(norm.subjects[duty.subjects])
    ]


def _plain(subjects: SubjectSet) -> bool:
    return bool(subjects.organizations or subjects.members)


def _table(norm: Norm, duty: Duty) -> str:
    """Which table the duty's evidence lies in; empty where the loop does not cover it."""
    if duty.form not in ("quota", "standing") or duty.ratio or duty.bound.parameter is None or duty.lasts:
        return ""
    kinds = [norm.kinds[kind] for kind in duty.kinds]
    registers = {kind.register for kind in kinds}
    if registers == {"evidence"}:
        return "evidence"
    themes = all(
        kind.id.split(".")[0] in ("four", "theme", "service", "meeting", "lecture", "openday")
        for kind in kinds
    )
    if duty.form == "quota" and registers == {"activities"} and (themes or duty.kinds == ("forum.held",)):
        return "themes"
    return ""


def loop(norm: Norm, as_of: date, since: date, duties: list[Duty]) -> Iterator[Finding]:
    """The findings of these duties, of those covered."""
    use = FirstDayOfUse.objects.order_by("since").first()
    first_day = use.since if use else date.min
    for duty in duties:
        subjects = norm.subjects[duty.subjects]
        if duty.form == "standing":
            if as_of >= first_day:
                yield from _standing(norm, duty, subjects, as_of)
            continue
        assert duty.period is not None
        years = (since.year - 1, as_of.year)
        for period in periods(norm.calendar_of(duty), duty.period, *years):
            due = due_day(period.last, duty.due)
            held = (duty.holds_from is None or duty.holds_from <= period.last) and (
                duty.holds_until is None or period.last < duty.holds_until
            )
            if held and max(first_day, date.min) <= period.first <= as_of and due >= since:
                yield from _period(norm, duty, subjects, period, due, as_of)


def _owing(subjects: SubjectSet, first: date, last: date) -> Iterator[tuple[Organization | Member, str]]:
    """The subjects that owe for [first, last], with the organization that answers."""
    if subjects.organizations:
        for organization in Organization.objects.all():
            before, after = organization.placement_on(first), organization.placement_on(last)
            if before and after and {before.kind, after.kind} <= set(subjects.organizations):
                yield organization, organization.pk
        return
    for member in Member.objects.all():
        if not member.memberships_on(first).exists():
            continue
        rows = member.memberships_on(last)
        if subjects.members != ("*",):
            rows = rows.filter(category__in=subjects.members)
        belonging = rows.order_by("organization_id").first()
        if belonging is not None:
            yield member, belonging.organization_id


def _rows(norm: Norm, duty: Duty, subject: Organization | Member, period: Period, as_of: date) -> list[tuple]:
    """The events of a subject in a period known on `as_of`: kind, day, happened, amount, recorded."""
    days = {"counted__gte": period.first, "counted__lte": period.last, "learnt__lte": as_of}
    if _table(norm, duty) == "evidence":
        whose = {"member": subject} if isinstance(subject, Member) else {"organization": subject}
        found = (
            Entry.objects.filter(type=Entry.Type.EVENT, kind__in=duty.kinds, withdrawn=None, **whose)
            .annotate(counted=Coalesce("counts_for", "day"), learnt=F("recorded"))
            .filter(day__lte=as_of, **days)
        )
        return list(found.values_list("kind", "counted", "day", "amount", "learnt"))
    found = (
        Theme.objects.filter(
            kind__in=duty.kinds, activity__status="held", activity__hosts__organization=subject
        )
        .annotate(
            counted=Coalesce("activity__counts_for", "activity__day"),
            learnt=Greatest("recorded", "activity__hosts__recorded"),
        )
        .filter(activity__day__lte=as_of, **days)
    )
    return [
        (*row[:3], None, row[3]) for row in found.values_list("kind", "counted", "activity__day", "learnt")
    ]


def _measured(duty: Duty, rows: list[tuple]) -> int:
    if duty.measure == "sum":
        return sum(row[3] or 0 for row in rows)
    if duty.measure == "days":
        return len({row[1] for row in rows})
    if duty.measure == "kinds":
        return len({row[0] for row in rows})
    return len(rows)


def _exempt(duty: Duty, subject: Organization | Member, first: date, last: date, as_of: date) -> bool:
    """One approved exemption covers at least half of the days."""
    duties = [duty.id] if duty.id.startswith("dues.") else [duty.id, "*"]
    rows = Exemption.objects.filter(stage="approved", duty__in=duties, recorded__lte=as_of, since__lte=as_of)
    whose = Q(member=subject) if isinstance(subject, Member) else Q(organization=subject, member=None)
    for row in rows.filter(whose):
        begins, ends = max(row.since, first), min(row.until or date.max, last + timedelta(days=1))
        if 2 * (ends - begins).days >= (last - first).days + 1:
            return True
    return False


def _period(
    norm: Norm, duty: Duty, subjects: SubjectSet, period: Period, due: date, as_of: date
) -> Iterator[Finding]:
    bound = norm.parameters[duty.bound.parameter or ""].on(period.last)
    assert bound is None or isinstance(bound, int)
    grace = norm.parameters[duty.grace].on(period.last) if duty.grace else 10
    settles = due + timedelta(days=grace if isinstance(grace, int) else 10)
    for subject, org in _owing(subjects, period.first, period.last):
        rows = _rows(norm, duty, subject, period, as_of)
        actual = _measured(duty, rows)
        timely = _measured(duty, [row for row in rows if row[2] <= due and row[4] <= settles])
        over = due < as_of
        if _exempt(duty, subject, period.first, period.last, as_of):
            status = "exempt"
        elif period.no_rule or bound is None:
            status = "no rule"
        elif duty.compare == "exactly":
            reached = actual == bound
            status = "met" if reached and timely == bound else "late" if reached else "missed"
            if actual < bound and not over:
                status = "open"
        elif duty.compare == "at_most":
            status = "missed" if actual > bound else "met" if over else "open"
        else:
            status = "met" if timely >= bound else "late" if actual >= bound else "missed" if over else "open"
        required = None if period.no_rule else bound
        yield Finding(
            duty.id,
            duty.article,
            subject.pk,
            org,
            period.name,
            required,
            actual,
            status,
            due,
            None,  # type: ignore[arg-type]
        )


def _standing(norm: Norm, duty: Duty, subjects: SubjectSet, as_of: date) -> Iterator[Finding]:
    if (duty.holds_from and as_of < duty.holds_from) or (duty.holds_until and as_of >= duty.holds_until):
        return
    bound = norm.parameters[duty.bound.parameter or ""].on(as_of)
    assert bound is None or isinstance(bound, int)
    for subject, org in _owing(subjects, as_of, as_of):
        whose = {"member": subject} if isinstance(subject, Member) else {"organization": subject}
        states = Entry.objects.filter(
            Q(until__isnull=True) | Q(until__gt=as_of),
            type=Entry.Type.STATE,
            kind__in=duty.kinds,
            withdrawn=None,
            day__lte=as_of,
            recorded__lte=as_of,
            **whose,
        )
        rows = [
            (kind, day, day, amount, None)
            for kind, day, amount in states.values_list("kind", "day", "amount")
        ]
        actual = _measured(duty, rows)
        holds = {
            "at_least": actual >= (bound or 0),
            "exactly": actual == bound,
            "at_most": actual <= (bound or 0),
        }
        status = "met" if holds[duty.compare] else "missed"
        if bound is None:
            status = "no rule"
        if _exempt(duty, subject, as_of, as_of, as_of):
            status = "exempt"
        yield Finding(
            duty.id,
            duty.article,
            subject.pk,
            org,
            as_of.isoformat(),
            bound,
            actual,
            status,
            as_of,
            None,  # type: ignore[arg-type]
        )
