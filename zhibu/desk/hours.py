"""Hours of study (学时) by member and year: what the findings say is short, and where the hours come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import permits, scope
from zhibu.access.permission import permit
from zhibu.audit.relations import Asked, Finding
from zhibu.desk import findings, queries
from zhibu.desk.cells import Cells, Seen, gathered, seen
from zhibu.desk.readings import signatures
from zhibu.norm.amounts import amount_title
from zhibu.norm.model import Norm
from zhibu.registers.activities import hours
from zhibu.registers.education import facts as study
from zhibu.registers.education import kinds
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Member, Membership
from zhibu.site import clock, packs
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.select import Select
from zhibu.site.templatetags.look import STATE_TITLES, status

#: Years that can be looked back on.
YEARS = 4
#: Where hours come from: what it is called, and what proves it.
SOURCES: Mapping[str, tuple[str, tuple[Callable[[], QuerySet[Any, Any] | Select], ...]]] = {
    "activities": ("集中学习等活动", (hours.training,)),
    "made_up": ("补学", (hours.made_up_training,)),
    "outside": ("外出培训", (study.trainings, study.trainings_next_year)),
}


@dataclass(frozen=True)
class Line:
    """One member in one year, in minutes. `required` None: nothing is asked for (not the whole year a member)."""

    member: str
    name: str
    org: str
    place: str
    required: int | None
    total: int
    status: str
    by_source: Mapping[str, int]

    @property
    def short(self) -> int:
        """How much is lacking of what is asked for; nothing of who is exempt."""
        return 0 if self.status == "exempt" else max((self.required or 0) - self.total, 0)


def hour_duties(norm: Norm) -> list[str]:
    """The duties that ask for hours over a year: those that add up what trainings amount to."""
    return [
        duty.id
        for duty in norm.duties.values()
        if duty.form == "quota"
        and duty.measure == "sum"
        and kinds.TRAINING in duty.kinds
        and duty.period == "year"
    ]


def study_duties(norm: Norm) -> tuple[str, ...]:
    """The duties that count what the register of study records."""
    return tuple(
        duty.id
        for duty in norm.duties.values()
        if any(norm.kinds[kind].register == kinds.REGISTER for kind in duty.kinds if kind in norm.kinds)
    )


def seen_of(norm: Norm, year: int, today: date, reach: queries.Reach) -> Seen:
    """The findings of study within reach, as known today; of an earlier year only these duties are audited."""
    kept = findings.findings(today)
    duties = study_duties(norm)
    if year == today.year:
        return queries.seen(norm, kept, reach).only(duties=duties)
    found: Cells | None = kept.derived.get(("study", year))
    if found is None:
        asked = Asked(as_of=today, since=date(year, 1, 1), duties=duties)
        found = kept.derived["study", year] = gathered(norm, findings.run(norm, asked))
    return seen(found, reach.organizations, reach.people_of, reach.member)


def earned(first: date, last: date, members: Sequence[str] | None = None) -> dict[str, dict[str, int]]:
    """Minutes by member and source that count for the days from `first` to `last`."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for source, (_, suppliers) in SOURCES.items():
        for supply in suppliers:
            for member, minutes in _summed(supply(), first, last, members):
                found[member][source] = found[member].get(source, 0) + int(minutes or 0)
    return dict(found)


def _summed(
    given: QuerySet[Any, Any] | Select, first: date, last: date, members: Sequence[str] | None
) -> list[tuple[str, int]]:
    narrowed = _narrowed(given, "member, SUM(amount)", first, last, members, " GROUP BY member")
    return [(member, int(minutes)) for member, minutes in narrowed]


def _narrowed(
    given: QuerySet[Any, Any] | Select,
    columns: str,
    first: date,
    last: date,
    members: Sequence[str] | None,
    end: str = "",
    days: Sequence[int] = (),
) -> Select:
    """Columns of a supplier's events that count for the days, of everyone or of some members."""
    sql, parameters = (
        (given.sql, given.parameters)
        if isinstance(given, Select)
        else given.order_by().query.sql_with_params()
    )
    # SQLite keeps days as text.
    span = (first.isoformat(), last.isoformat()) if connection.vendor == "sqlite" else (first, last)
    among, chosen = "", tuple(members or ())
    if members is not None:
        among = f" AND member IN ({', '.join(['%s'] * len(chosen))})" if chosen else " AND 1 = 0"
    text = (
        f"WITH earned (kind, org, member, day, happened, amount, ref, recorded) AS ({sql}) "
        f"SELECT {columns} FROM earned WHERE amount > 0 AND day BETWEEN %s AND %s{among}{end}"
    )
    return Select(text, (*parameters, *span, *chosen), days)


@dataclass(frozen=True)
class Piece:
    """Some minutes of one member: the day they count for, when it happened, and of what."""

    day: date
    happened: date
    minutes: int
    ref: str
    source: str


def pieces(member: str, first: date, last: date) -> list[Piece]:
    """All that a member's hours of the days are made of, by day."""
    found = [
        Piece(day, happened, minutes, ref, source)
        for source, (_, suppliers) in SOURCES.items()
        for supply in suppliers
        for day, happened, minutes, ref in _narrowed(
            supply(), "day, happened, amount, ref", first, last, [member], days=(0, 1)
        )
    ]
    return sorted(found, key=lambda one: (one.day, one.happened, one.ref))


def year_lines(
    norm: Norm,
    found: Iterable[Finding],
    names: Mapping[str, str],
    by_source: Mapping[str, Mapping[str, int]],
    year: int,
) -> list[Line]:
    """A line for each member with a finding on hours of the year; of several the one that asks for most. Pure."""
    duties = set(hour_duties(norm))
    most: dict[str, Finding] = {}
    for one in found:
        if one.duty in duties and one.period == str(year):
            known = most.get(one.subject)
            if known is None or (one.required or 0) > (known.required or 0):
                most[one.subject] = one
    return [
        Line(
            one.subject,
            names.get(one.subject, one.subject),
            one.org,
            names.get(one.org, one.org),
            one.required,
            one.actual or 0,
            one.status,
            by_source.get(one.subject, {}),
        )
        for one in most.values()
    ]


def _hours(minutes: int | None) -> str:
    return amount_title(minutes, "minutes") if minutes else ""


def _number(minutes: int | None) -> float | int | None:
    """Hours as a number for the workbook."""
    if minutes is None:
        return None
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 2)


def _source(key: str) -> Callable[[Line], object]:
    return lambda line: _number(line.by_source.get(key, 0))


def _shown(key: str) -> Callable[[Line], object]:
    return lambda line: _hours(line.by_source.get(key, 0))


def _listing(places: Sequence[tuple[str, str]], years: Sequence[tuple[str, str]], year: int) -> Listing:
    return Listing(
        title=f"{year}年学时",
        columns=(
            Column("name", "党员", link=lambda line: f"{reverse('desk:study', args=[line.member])}?year={year}"),
            Column("place", "党支部", sort=True, width=28),
            Column("required", "要求", value=lambda line: _number(line.required),
                   shown=lambda line: amount_title(line.required, "minutes"), number=True, sort=True),
            Column("total", "已有", value=lambda line: _number(line.total),
                   shown=lambda line: amount_title(line.total, "minutes"), number=True, sort=True),
            Column("short", "还差", value=lambda line: _number(line.short),
                   shown=lambda line: _hours(line.short), number=True, sort=True),
            *(
                Column(key, title, value=_source(key), shown=_shown(key), number=True, sort=True)
                for key, (title, _) in SOURCES.items()
            ),
            Column("status", "状态", value=lambda line: STATE_TITLES.get(line.status, line.status),
                   shown=lambda line: status(line.status), sort=True),
        ),
        search=("name",),
        search_title="姓名",
        filters=(
            Filter("organization", "党支部", choices=places, keep=lambda line, org: line.org == org),
            Filter("year", "年度", choices=years, default=str(year)),
            Filter("short", "学时", choices=[("yes", "还差的"), ("no", "已够的")],
                   keep=lambda line, word: (line.short > 0) == (word == "yes")),
        ),
        measure="人",
        noun="学时",
        empty_what="这一年还没有学时要求",
        empty_mend="启用以后，全年在册的党员在这里逐人列出。",
    )  # fmt: skip


def year_asked(request: HttpRequest, today: date) -> int:
    """The year of the address, of those that can be looked back on; else this."""
    text = request.GET.get("year", "")
    years = [str(today.year - back) for back in range(YEARS)]
    return int(text) if text in years else today.year


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everyone within reach with hours of the year; who sees only the own record is led there."""
    reader: Any = request.user
    permit(reader, "education.read")
    if not scope.roots(reader, "education.read"):
        return redirect("desk:study", reader.member_id)
    norm, today = packs.norm(), clock.today()
    year = year_asked(request, today)
    kept = findings.findings(today)
    reach = queries.reach(reader)
    key = ("hours", reach, year)
    lines: list[Line] | None = kept.derived.get(key)
    tree = queries.placements(today)
    if lines is None:
        asked = list(seen_of(norm, year, today, reach).only(duties=hour_duties(norm)))
        sums = kept.derived.get(("earned", year))
        if sums is None:
            sums = kept.derived["earned", year] = earned(date(year, 1, 1), date(year, 12, 31))
        lines = year_lines(norm, asked, queries.names(asked, tree), sums, year)
        standing = {one.id: one.name for one in queries.places(tree, reach, today)}
        listed = {line.member for line in lines}
        names = _sounds(sorted(listed))
        lines.sort(key=lambda line: (names.get(line.member, ""), line.member))
        lines += _others(reach, listed, standing, sums, today)
        order = {org: number for number, org in enumerate(standing)}
        lines.sort(key=lambda line: order.get(line.org, len(order)))
        kept.derived[key] = lines
    places = [(one.id, one.name) for one in queries.places(tree, reach, today) if one.kind == "branch"]
    years = [(str(today.year - back), f"{today.year - back}年") for back in range(YEARS)]
    buttons = []
    if permits(reader, "education.record"):
        buttons = [(reverse("education_training_new"), "登记外出培训")]
    unsigned = _unsigned(norm)
    return _listing(places, years, year).page(
        request, lines, "desk/hours.html", context={"unsigned": unsigned, "year": year}, buttons=buttons
    )


def _sounds(members: Sequence[str]) -> dict[str, str]:
    """Member → the name's pinyin, looked up in lots."""
    found: dict[str, str] = {}
    for start in range(0, len(members), queries.LOT):
        lot = members[start : start + queries.LOT]
        found.update(Member.objects.filter(pk__in=lot).values_list("pk", "pinyin"))
    return found


def _others(
    reach: queries.Reach,
    listed: set[str],
    names: Mapping[str, str],
    by_source: Mapping[str, Mapping[str, int]],
    today: date,
) -> list[Line]:
    """Members of today of whom no hours are asked: who came within the year."""
    rows = Membership.objects.filter(in_force(today), organization__in=reach.people_of & set(names))
    rows = rows.exclude(member__in=listed) if len(listed) < queries.LOT else rows
    found = rows.select_related("member").order_by("member__pinyin", "member_id")
    return [
        Line(
            one.member_id,
            one.member.name,
            one.organization_id,
            names[one.organization_id],
            None,
            sum(by_source.get(one.member_id, {}).values()),
            "nothing owed",
            by_source.get(one.member_id, {}),
        )
        for one in found
        if one.member_id not in listed
    ]


def _unsigned(norm: Norm) -> list[str]:
    """The questions that hours rest on and that nobody has signed."""
    signed = signatures(norm)
    asked = dict.fromkeys(one for duty in hour_duties(norm) for one in norm.duties[duty].readings)
    return [norm.readings[one].question for one in asked if one not in signed and one in norm.readings]


def reachable_member(reader: Any, identity: str) -> Member:
    """The member, if the reader may see the study; else 404."""
    member = scope.members(reader, "education.read").filter(pk=identity).first()
    if member is None:
        raise Http404
    return member
