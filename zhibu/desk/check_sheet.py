"""The quarterly check sheet (季度检查表): everyone of a branch with what is recorded of the quarter, on one page.

The checker looks at the notes and ticks who is right; what is ticked is a sheet of the register of study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.access import NotPermitted, Refused
from zhibu.access.permission import permit
from zhibu.access.writing import noting
from zhibu.desk import hours, queries
from zhibu.desk.cells import Seen
from zhibu.norm.amounts import amount_title
from zhibu.norm.model import Norm
from zhibu.registers.activities import queries as activities
from zhibu.registers.education import actions, forms, kinds
from zhibu.registers.education import queries as education
from zhibu.registers.education.common_views import deed_status
from zhibu.registers.education.models import Line, Reflection, Stage
from zhibu.registers.education.rules import Period
from zhibu.registers.education.sheet_views import branch_asked, period_asked
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs
from zhibu.site.deeds import say
from zhibu.site.wording import period_title

VERB = "education.check"


@dataclass(frozen=True)
class Row:
    """One member of the sheet."""

    member: Member
    came: str  # sessions attended, of those held
    hours: str  # of the period
    year: str  # of the year up to now, of what is asked for
    short: bool
    reflection: Reflection | None
    line: Line | None  # checked already
    picked: bool
    note: str
    wrong: str


def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of a branch and period; sent, whoever is ticked is checked."""
    reader: Any = request.user
    permit(reader, VERB)
    today = clock.today()
    organization, hosts = branch_asked(request, VERB, today)
    period, periods = period_asked(request, kinds.CHECK, today)
    day = min(period.last, today)
    roll = education.members_of(organization, day)
    known = education.on_sheets(kinds.CHECK, organization, period)
    form = forms.SheetForm(request.POST or None, initial={"day": day}, late=period.last < today)
    refusal = None
    wrong: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        open_ = [one for one in roll if one.pk not in known]
        marks, wrong = forms.marks_of(request.POST, open_, False)
        if not wrong:
            try:
                with noting() as deeds:
                    actions.record_sheet(
                        actor=reader,
                        kind=kinds.CHECK,
                        organization=organization,
                        period=period,
                        marks=marks,
                        today=today,
                        **form.cleaned_data,
                    )
            except NotPermitted:
                raise
            except Refused as refused:
                refusal = refused
            else:
                say(request, f"已检查 {len(marks)} 人。", deeds)
                where = reverse("desk:check")
                return redirect(f"{where}?organization={organization.pk}&period={period.name}")
    rows = _rows(request, reader, organization, period, roll, known, wrong)
    context = {
        "form": form,
        "refusal": refusal,
        "hosts": hosts,
        "organization": organization,
        "period": period,
        "periods": periods,
        "title": period_title(period.name),
        "rows": rows,
        "left": sum(row.line is None for row in rows),
        "fills": forms.TICK_FILLS,
        "today": today,
    }
    return render(request, "desk/check.html", context, status=deed_status(form, refusal, wrong))


def _rows(
    request: HttpRequest,
    reader: Any,
    organization: Organization,
    period: Period,
    roll: list[Member],
    known: Mapping[str, Line],
    wrong: Mapping[str, str],
) -> list[Row]:
    """Everyone with what is recorded; a fixed number of queries for any number."""
    norm, today = packs.norm(), clock.today()
    year = period.first.year
    people = [one.pk for one in roll]
    sessions = activities.sessions(organization, period.first, period.last)
    quarter = hours.earned(period.first, period.last, people)
    handed = education.handed_in([organization.pk], period)
    seen = hours.seen_of(norm, year, today, queries.reach(reader))
    years = _years(norm, seen, people, year)
    sent = request.POST if request.method == "POST" else {}
    ticked = kinds.CHECK in norm.kinds and norm.kinds[kinds.CHECK].sheet == "all"
    rows = []
    for one in roll:
        came, listed = sessions.get(one.pk, (0, 0))
        of_year = years.get(one.pk)
        reflection = handed.get((organization.pk, one.pk))
        rows.append(
            Row(
                member=one,
                came=f"{came} / {listed}" if listed else "",
                hours=amount_title(sum(quarter.get(one.pk, {}).values()), "minutes"),
                year=_of_year(of_year),
                short=of_year is not None and bool(of_year.short),
                reflection=reflection,
                line=known.get(one.pk),
                # Whose reflection was read is ticked at first, as far as the pack has it so.
                picked=bool(sent.get(f"pick-{one.pk}"))
                if sent
                else ticked and reflection is not None and reflection.stage == Stage.ACCEPTED,
                note=sent.get(f"note-{one.pk}", ""),
                wrong=wrong.get(one.pk, ""),
            )
        )
    return rows


def _years(norm: Norm, seen: Seen, people: list[str], year: int) -> dict[str, hours.Line]:
    wanted = set(people)
    mine = [one for one in seen.only(duties=hours.hour_duties(norm)) if one.subject in wanted]
    return {line.member: line for line in hours.year_lines(norm, mine, {}, {}, year)}


def _of_year(line: hours.Line | None) -> str:
    if line is None:
        return ""
    return f"{amount_title(line.total, 'minutes')} / {amount_title(line.required, 'minutes')}"
