"""Pages of the import: upload, preview, result with the bad rows, undo; and the official export."""

from __future__ import annotations

import threading
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
from django_htmx.http import HttpResponseClientRedirect

from zhibu.access import Refused, permits, scope
from zhibu.access.chain import data_version
from zhibu.access.permission import permit
from zhibu.registers.members.importing import background, shown, undoing, uploads, vault
from zhibu.registers.members.importing.forms import ChoicesForm, FileForm
from zhibu.registers.members.importing.known import branches_of
from zhibu.registers.members.importing.models import KINDS, Batch, Upload
from zhibu.registers.members.importing.previewing import Preview, default_since, preview, write
from zhibu.registers.members.importing.writing import Source, Told
from zhibu.registers.members.roster import faults
from zhibu.registers.members.roster.refusal import RosterRefused
from zhibu.registers.members.roster.returned import write_returned
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, workbook

#: Plans of the last previews: a large roster is planned once, not for each page of its list.
_plans: OrderedDict[tuple[Any, ...], Preview] = OrderedDict()
_KEPT_PLANS = 2
_plans_turn = threading.Lock()


def _committees(reader: Any) -> list[tuple[str, str]]:
    rows = scope.organizations(reader, "roster.import").on(clock.today()).filter(kind="committee")
    return [(row.pk, str(row)) for row in rows.order_by("name")]


def as_download(data: bytes, name: str) -> HttpResponse:
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
        asked = _Asked(request, committee)
        try:
            found = asked.preview(reader, data, name)
        except RosterRefused as error:
            refusal = error
        else:
            upload = uploads.keep_upload(actor=reader, committee=committee, file_name=name, data=data)
            _remember(asked.key(reader, upload), found)
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

    def __init__(self, request: HttpRequest, committee: Organization) -> None:
        self.committee = committee
        self.today = clock.today()
        # The first roster of a committee without branches brings them with it.
        standing = branches_of(committee, self.today).known
        first = "" if any(one.id != committee.pk for one in standing) else "branch.unknown"
        codes = request.GET.get("accept", first).split(",")
        overrulable = {code for code, kind in faults.KINDS.items() if kind.overrule}
        self.accepted = frozenset(codes) & overrulable
        given = shown.day_of(request.GET.get("since", ""))
        self.since = given if given and given <= self.today else default_since(committee, self.today)
        self.branch = request.GET.get("branch") or None

    def key(self, reader: Any, upload: Upload) -> tuple[Any, ...]:
        return reader.pk, upload.pk, self.accepted, self.since, self.branch, self.today, data_version()

    def preview(self, reader: Any, data: bytes, file_name: str) -> Preview:
        """The plan of a file by what is asked. RosterRefused where it cannot be taken."""
        return preview(
            reader=reader,
            committee=self.committee,
            data=data,
            file_name=file_name,
            today=self.today,
            since=self.since,
            accepted=self.accepted,
            branch=self.branch,
        )


def _planned(request: HttpRequest, upload: Upload) -> tuple[_Asked, Preview]:
    asked = _Asked(request, upload.committee)
    key = asked.key(request.user, upload)
    if (known := _plans.get(key)) is not None:
        _remember(key, known)
        return asked, known
    data = vault.take(upload.pk)
    if data is None:
        raise Http404
    found = asked.preview(request.user, data, upload.file_name)
    _remember(key, found)
    return asked, found


def _remember(key: tuple[Any, ...], found: Preview) -> None:
    """Keep the plan for the next page of its list. Another thread may take plans away meanwhile."""
    with _plans_turn:
        _plans[key] = found
        _plans.move_to_end(key)
        while len(_plans) > _KEPT_PLANS:
            _plans.popitem(last=False)


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
    plan = found.plan
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
    # No fault accepted is said as well: left out it would mean what a first roster begins with.
    return urlencode({key: value for key, value in words.items() if value or key == "accept"}, safe=",")


def _write(request: HttpRequest, upload: Upload, found: Preview, asked: _Asked) -> HttpResponse:
    """Write what was previewed: at once, or, where it is much, beside the request with a page of its progress."""
    actor: Any = request.user
    source = Source(actor, upload.committee, upload.file_name, upload.digest, asked.today)
    counts = found.plan.counts()
    rows = counts["add"] + counts["change"]
    if rows <= background.AT_ONCE:
        return redirect("roster_batch", identity=_finish(upload, found, asked, source))
    earlier = background.look(upload.pk)
    if earlier is None or not earlier.running:

        def finish(told: Told) -> str:
            source.told = told
            return _finish(upload, found, asked, source)

        background.begin(upload.pk, rows, finish)
    return redirect("roster_progress", identity=upload.pk)


def _finish(upload: Upload, found: Preview, asked: _Asked, source: Source) -> str:
    """Write the batch, keep its bad rows, drop the upload; the batch's id."""
    batch = write(found, source, asked.since)
    bad = [row.entry for row in found.plan.rows if row.verb == "bad"]
    if bad:
        vault.put(batch.pk, write_returned(found.sheets, bad, asked.accepted))
    uploads.drop_upload(upload)
    with _plans_turn:
        _plans.clear()
    return str(batch.pk)


@never_cache
@require_GET
def progress(request: HttpRequest, identity: str) -> HttpResponse:
    """How far a large import is; at its end the batch, or why it was refused."""
    reader: Any = request.user
    permit(reader, "roster.import")
    found = background.look(identity) if identity.isalnum() else None
    if found is None:
        raise Http404
    if found.batch:
        _batch(request, found.batch)  # 404 for one out of reach
        where = reverse("roster_batch", args=[found.batch])
        return HttpResponseClientRedirect(where) if request.htmx else redirect(where)  # type: ignore[attr-defined]
    upload = _upload(request, identity)
    template = "importing/progress_part.html" if request.htmx else "importing/progress.html"  # type: ignore[attr-defined]
    return render(request, template, {"upload": upload, "progress": found})


@never_cache
@require_GET
def look_bad(request: HttpRequest, identity: str) -> HttpResponse:
    """The bad rows of a preview as a workbook."""
    upload = _upload(request, identity)
    asked, found = _planned(request, upload)
    bad = [row.entry for row in found.plan.rows if row.verb == "bad"]
    return as_download(write_returned(found.sheets, bad, asked.accepted), "退回的行")


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
    return as_download(data, "退回的行")


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
