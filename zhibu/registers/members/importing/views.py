"""Pages of the import: upload, preview, result with the bad rows, undo; and the official export."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from zhibu.access import Refused, permits, scope
from zhibu.access.chain import data_version
from zhibu.access.permission import permit
from zhibu.registers.members.importing import actions, shown, undoing, uploads, vault
from zhibu.registers.members.importing.exporting import export_roster
from zhibu.registers.members.importing.forms import ChoicesForm, FileForm
from zhibu.registers.members.importing.known import branches_of
from zhibu.registers.members.importing.models import Batch, Upload
from zhibu.registers.members.importing.previewing import KINDS, Preview, default_since, preview
from zhibu.registers.members.roster import faults
from zhibu.registers.members.roster.refusal import RosterRefused
from zhibu.registers.members.roster.returned import write_returned
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, workbook

#: Plans of the last previews: a large roster is planned once, not for each page of its list.
_plans: OrderedDict[tuple[Any, ...], Preview] = OrderedDict()
_KEPT_PLANS = 2


def _committees(reader: Any) -> list[tuple[str, str]]:
    rows = scope.organizations(reader, "roster.import").on(clock.today()).filter(kind="committee")
    return [(row.pk, str(row)) for row in rows.order_by("name")]


def _workbook(data: bytes, name: str) -> HttpResponse:
    found = HttpResponse(data, content_type=workbook.CONTENT_TYPE)
    found["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    found["Cache-Control"] = "no-store"
    return found


def index(request: HttpRequest) -> HttpResponse:
    """The upload, and the batches so far."""
    reader: Any = request.user
    permit(reader, "roster.import")
    committees = _committees(reader)
    form = FileForm(request.POST or None, request.FILES or None, committees=committees)
    refusal: RosterRefused | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read()
        name = form.cleaned_data["file"].name
        committee = get_object_or_404(Organization, pk=form.cleaned_data["committee"])
        try:
            preview(reader=reader, committee=committee, data=data, file_name=name, today=clock.today())
        except RosterRefused as error:
            refusal = error
        else:
            upload = uploads.keep_upload(actor=reader, committee=committee, file_name=name, data=data)
            return redirect("roster_preview", identity=upload.pk)
    batches = Batch.objects.filter(committee__in=[pk for pk, _ in committees]).order_by("-at")[:50]
    context = {"form": form, "refusal": refusal, "batches": batches.select_related("actor"), "kinds": KINDS}
    bad = refusal is not None or form.errors
    return render(request, "importing/index.html", context, status=422 if bad else 200)


def _upload(request: HttpRequest, identity: str) -> Upload:
    permit(request.user, "roster.import")
    reach = scope.reachable(request.user, "roster.import")  # type: ignore[arg-type]
    return get_object_or_404(Upload, pk=identity, committee__in=reach)


class _Asked:
    """What the address of a preview asks for."""

    def __init__(self, request: HttpRequest, upload: Upload) -> None:
        self.today = clock.today()
        codes = request.GET.get("accept", "").split(",")
        overrulable = {code for code, kind in faults.KINDS.items() if kind.overrule}
        self.accepted = frozenset(codes) & overrulable
        given = shown.day_of(request.GET.get("since", ""))
        self.since = given if given and given <= self.today else default_since(upload.committee, self.today)
        self.branch = request.GET.get("branch") or None

    def key(self, upload: Upload) -> tuple[Any, ...]:
        return upload.pk, self.accepted, self.since, self.branch, self.today, data_version()


def _planned(request: HttpRequest, upload: Upload) -> tuple[_Asked, Preview]:
    asked = _Asked(request, upload)
    key = (getattr(request.user, "pk", None), *asked.key(upload))
    if key in _plans:
        _plans.move_to_end(key)
        return asked, _plans[key]
    data = vault.take(upload.pk)
    if data is None:
        raise Http404
    found = preview(
        reader=request.user,  # type: ignore[arg-type]
        committee=upload.committee,
        data=data,
        file_name=upload.file_name,
        today=asked.today,
        since=asked.since,
        accepted=asked.accepted,
        branch=asked.branch,
    )
    _plans[key] = found
    while len(_plans) > _KEPT_PLANS:
        _plans.popitem(last=False)
    return asked, found


def _overrulable(rows: list[Any], may_establish: bool) -> list[tuple[str, str]]:
    """The faults of this file that a person may say are right so, with how many rows have them."""
    counts: dict[str, int] = {}
    for row in rows:
        for code in {fault.code for fault in row.entry.faults if fault.kind.overrule}:
            counts[code] = counts.get(code, 0) + 1
    if not may_establish:
        counts.pop("branch.unknown", None)
    return [
        (code, f"{faults.KINDS[code].title}（{count} 行）：{faults.KINDS[code].overrule}")
        for code, count in counts.items()
    ]


@never_cache
def look(request: HttpRequest, identity: str) -> HttpResponse:
    """The preview, row by row; sent, it imports what was shown, or shows it again where that has changed meanwhile."""
    upload = _upload(request, identity)
    asked, found = _planned(request, upload)
    plan = found.members or found.branches
    assert plan is not None
    reader: Any = request.user
    branches = list(branches_of(upload.committee, asked.today).known)
    missing = any(fault.code == "branch.missing" for row in plan.rows for fault in row.entry.faults)
    choices = ChoicesForm(
        request.POST if request.POST.get("deed") == "choose" else None,
        overrulable=_overrulable(plan.rows, permits(reader, "organizations.establish", upload.committee)),
        branches=[(one.id, one.name) for one in branches] if missing or asked.branch else None,
        initial={"since": asked.since, "accept": sorted(asked.accepted), "branch": asked.branch},
    )
    changed = False
    if request.method == "POST":
        if request.POST.get("deed") == "choose":
            if choices.is_valid():
                return redirect(f"{request.path}?{_words(choices.cleaned_data)}")
        elif request.POST.get("plan") == plan.fingerprint():
            return _write(request, upload, found, asked)
        else:
            changed = True
    places = {one.id: one.name for one in branches}
    context = {
        "upload": upload,
        "found": found,
        "kind": KINDS[found.kind],
        "plan": plan,
        "counts": [(verb, title, plan.counts()[verb]) for verb, title in shown.VERBS.items()],
        "writes": plan.counts()["add"] + plan.counts()["change"],
        "bad": plan.counts()["bad"],
        "fingerprint": plan.fingerprint(),
        "choices": choices,
        "absent": [one.name for one in getattr(plan, "absent", [])],
        "new_branches": getattr(plan, "new_branches", {}),
        "changed": changed,
        "query": request.GET.urlencode(),
    }
    return shown.listing(plan.rows, places, asked.accepted).page(
        request, plan.rows, template="importing/preview.html", context=context
    )


def _words(chosen: dict[str, Any]) -> str:
    since: date = chosen["since"]
    words = {
        "since": since.isoformat(),
        "accept": ",".join(chosen.get("accept", [])),
        "branch": chosen.get("branch", ""),
    }
    return urlencode({key: value for key, value in words.items() if value}, safe=",")


def _write(request: HttpRequest, upload: Upload, found: Preview, asked: _Asked) -> HttpResponse:
    given: dict[str, Any] = {
        "actor": request.user,
        "committee": upload.committee,
        "today": asked.today,
        "file_name": upload.file_name,
        "digest": upload.digest,
    }
    if found.members is not None:
        batch = actions.import_members(plan=found.members, **given)
    elif found.branches is not None:
        batch = actions.import_branches(plan=found.branches, since=asked.since, **given)
    else:
        raise Http404
    rows = (found.members or found.branches).rows  # type: ignore[union-attr]
    bad = [row.entry for row in rows if row.verb == "bad"]
    if bad:
        vault.put(batch.pk, write_returned(found.sheets, bad, asked.accepted))
    uploads.drop_upload(upload)
    _plans.clear()
    return redirect("roster_batch", identity=batch.pk)


@never_cache
@require_GET
def look_bad(request: HttpRequest, identity: str) -> HttpResponse:
    """The bad rows of a preview as a workbook."""
    upload = _upload(request, identity)
    asked, found = _planned(request, upload)
    rows = (found.members or found.branches).rows  # type: ignore[union-attr]
    bad = [row.entry for row in rows if row.verb == "bad"]
    return _workbook(write_returned(found.sheets, bad, asked.accepted), "退回的行")


def _batch(request: HttpRequest, identity: str) -> Batch:
    permit(request.user, "roster.import")
    reach = scope.reachable(request.user, "roster.import")  # type: ignore[arg-type]
    return get_object_or_404(Batch, pk=identity, committee__in=reach)


def batch(request: HttpRequest, identity: str) -> HttpResponse:
    """What a batch did, its bad rows, and whether it can be undone."""
    found = _batch(request, identity)
    context = {
        "batch": found,
        "kind": KINDS[found.kind],
        "counts": [(title, found.counts.get(verb, 0)) for verb, title in shown.VERBS.items()],
        "bad": found.counts.get("bad", 0),
        "blockers": undoing.blockers(found),
        "may_undo": permits(request.user, "roster.undo", found.committee),
    }
    return render(request, "importing/batch.html", context)


@never_cache
@require_GET
def batch_bad(request: HttpRequest, identity: str) -> HttpResponse:
    """The bad rows of a batch as a workbook."""
    found = _batch(request, identity)
    data = vault.take(found.pk)
    if data is None:
        raise Http404
    return _workbook(data, "退回的行")


@require_POST
def undo(request: HttpRequest, identity: str) -> HttpResponse:
    """Undo a batch."""
    found = _batch(request, identity)
    actor: Any = request.user
    try:
        undoing.undo_batch(actor=actor, batch=found, today=clock.today())
    except Refused as error:
        messages.error(request, f"{error.what}：{error.why}。{error.mend}。")
        return redirect("roster_batch", identity=found.pk)
    _plans.clear()
    messages.success(request, "已撤销这一批，名册恢复到导入之前。")
    return redirect("roster_batch", identity=found.pk)


@never_cache
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The official roster of an organization (`?organization=ID`, else the topmost in reach); `?full=1` unmasked."""
    reader: Any = request.user
    permit(reader, "members.export")
    rows = scope.organizations(reader, "members.export").on(clock.today()).exclude(kind="group")
    if wanted := request.GET.get("organization"):
        organization = get_object_or_404(rows, pk=wanted)
    else:
        reach = scope.roots(reader, "members.export")
        organization = get_object_or_404(rows.filter(pk__in=reach).order_by("name")[:1])
    full = request.GET.get("full") == "1"
    data, _ = export_roster(reader=reader, organization=organization, day=clock.today(), masked=not full)
    return _workbook(data, f"党员基本信息汇总表 {organization} {clock.today()}")


def export_address(organization: str | None = None) -> str:
    """Where the official export is."""
    return reverse("roster_export") + (f"?organization={organization}" if organization else "")
