"""What the pages of study share: which branch and whom a form is about, files, the dispatch by kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from zhibu.access import permits, scope
from zhibu.access.permission import permit
from zhibu.registers.education import actions, kinds, queries, rules
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs, uploads
from zhibu.site.deeds import done
from zhibu.site.files import file_response, read_upload
from zhibu.site.wording import period_title

#: The sorts of records that have files: the word of the address, what is seen of it, its page.
SORTS = {
    "reflections": (queries.reflections, "education_reflection"),
    "trainings": (queries.trainings, "education_training"),
    "sheets": (queries.sheets, "education_sheet"),
}


def branch_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """The branches whose study the reader sees."""
    return [(one.pk, str(one)) for one in queries.hosts_for(request.user, queries.READ, clock.today())]


def say_other_period(request: HttpRequest, shown: rules.Period) -> None:
    """Say that the period of the address is none that has begun, and which is shown instead."""
    asked = request.GET.get("period", "")
    if request.method == "GET" and asked and asked != shown.name:
        messages.warning(request, f"“{asked[:10]}”不是已经开始的期间，显示{period_title(shown.name)}。")


def chosen_branch(request: HttpRequest, today: date) -> tuple[list[Organization], Organization]:
    """The branches for which the reader enters and the chosen one; of a member the own. 404 for another."""
    reader: Any = request.user
    if not scope.owns(reader, queries.OWN):
        permit(reader, queries.RECORD)
    hosts = queries.hosts_for(reader, queries.RECORD, today)
    asked, member = request.GET.get("organization", ""), request.GET.get("member", "")
    if asked in {one.pk for one in hosts}:
        return hosts, next(one for one in hosts if one.pk == asked)
    own = queries.branch_of(reader.member, today) if reader.member_id else None
    mine = own is not None and scope.owns(reader, queries.OWN) and asked in ("", own.pk)
    if own is not None and mine and (not hosts or member == reader.member_id):
        return [own], own
    if asked or not hosts:
        raise Http404
    return hosts, next((one for one in hosts if own is not None and one.pk == own.pk), hosts[0])


def members_for(request: HttpRequest, organization: Organization, day: date) -> list[Member]:
    """Whom the form is about: everyone of the branch for who enters there; else oneself; the one asked for alone."""
    reader: Any = request.user
    if organization.pk not in scope.reachable(reader, queries.RECORD):
        return [reader.member]
    roll = queries.members_of(organization, day)
    asked = request.GET.get("member", "")
    chosen = [one for one in roll if one.pk == asked]
    if not roll:
        raise Http404
    return chosen or roll


def day_asked(request: HttpRequest, name: str) -> date | None:
    """A day of the address, if it says one."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def deed_status(form: BaseForm, refusal: object, wrong: object = None) -> int:
    """409 for a refusal, 422 for a form with faults."""
    return 409 if refusal else 422 if wrong or (form.is_bound and form.errors) else 200


def upload_of(request: HttpRequest) -> tuple[str, bytes] | None:
    """The file that was sent with a form, if one was."""
    return read_upload(request) if request.FILES.get("file") else None


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """The form of a kind, filled in as far as the address says: where the workbench's buttons lead."""
    reader: Any = request.user
    if not scope.owns(reader, queries.OWN):
        permit(reader, queries.RECORD)
    kind, given = request.GET.get("kind", ""), request.GET.copy()
    given.pop("kind", None)
    if kind == kinds.REFLECTION and given.get("organization") and not given.get("member"):
        where = reverse("education_reflections")  # of a whole branch: who did and who did not
    else:
        where = {
            kinds.TRAINING: reverse("education_training_new"),
            kinds.REFLECTION: reverse("education_reflection_new"),
            kinds.CHECK: "/education/check/",
            kinds.ASSESSMENT: reverse("education_assess"),
        }.get(kind, "/education/")
    if kind in kinds.SHEETS and "period" not in given:
        day = day_asked(request, "counts-for") or day_asked(request, "day")
        if day is not None:
            given["period"] = rules.period_of(kinds.unit_of(packs.norm(), kind), day).name
    for name in ("counts-for", "day", "member"):
        if kind in kinds.SHEETS:
            given.pop(name, None)
    return redirect(f"{where}?{given.urlencode()}" if given else where)


def _owner(request: HttpRequest, sort: str, identity: str) -> Any:
    if sort not in SORTS:
        raise Http404
    rows: Any = SORTS[sort][0](request.user)
    return get_object_or_404(rows.select_related("organization"), pk=identity)


@require_POST
def attach(request: HttpRequest, sort: str, identity: str) -> HttpResponse:
    """Attach the file that was sent."""
    reader: Any = request.user
    owner = _owner(request, sort, identity)
    if not (sort != "sheets" and owner.member_id == reader.member_id and owner.open):
        permit(reader, "education.attach", owner.organization)

    def act() -> None:
        name, data = read_upload(request)
        actions.attach_file(actor=reader, owner=owner, name=name, data=data, today=clock.today())

    return done(request, act, back=reverse(SORTS[sort][1], args=[identity]), said="附件已保存。")


@require_safe
def file(request: HttpRequest, identity: str) -> FileResponse:
    """A file of a record within reach."""
    row = get_object_or_404(queries.files(request.user), pk=identity)
    return file_response(uploads.Stored(row.name, row.digest, row.size, row.content_type))


@require_POST
def remove_file(request: HttpRequest, identity: str) -> HttpResponse:
    """Take a file off its record."""
    reader: Any = request.user
    row = get_object_or_404(queries.files(reader), pk=identity)
    owner = row.owner
    sort = f"{type(owner).__name__.lower()}s"
    mine = sort != "sheets" and getattr(owner, "member_id", "") == reader.member_id
    if not (mine and permits(reader, queries.OWN)):
        permit(reader, "education.detach", owner.organization)
    return done(
        request,
        lambda: actions.remove_attachment(actor=reader, attachment=row),
        back=reverse(SORTS[sort][1], args=[owner.pk]),
        said="附件已移除。",
    )
