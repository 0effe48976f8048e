"""Pages of boxes: what to choose, how far one is, taking and removing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from zhibu.access import Refused, permits
from zhibu.documents.archive import actions, cover, estimate, queries, storage
from zhibu.documents.archive.forms import SelectionForm
from zhibu.documents.archive.models import Archive
from zhibu.documents.archive.queries import Unit
from zhibu.documents.archive.selection import Selection, in_order, years_to_choose
from zhibu.norm.order import article_number
from zhibu.site import clock, packs


def _may(request: HttpRequest) -> Any:
    """The reader; 404 for whoever makes no boxes."""
    if not permits(request.user, queries.MAKE):
        raise Http404
    return request.user


def _units(reader: Any) -> list[Unit]:
    today = clock.today()
    first = years_to_choose(today)[-1]
    return queries.units(reader, today, today.replace(year=first, month=1, day=1))


def _form(request: HttpRequest, reader: Any) -> tuple[SelectionForm, list[Unit]]:
    given = request.POST if request.method == "POST" else request.GET if request.GET else None
    units = _units(reader)
    return SelectionForm(given, norm=packs.norm(), units=units, today=clock.today()), units


def _page(
    request: HttpRequest,
    reader: Any,
    form: SelectionForm,
    units: Sequence[Unit],
    refusal: Refused | None = None,
) -> HttpResponse:
    norm, ticked = packs.norm(), {name: form.ticked(name) for name in form.fields}
    parts: dict[str, list[tuple[str, str, bool]]] = {}
    for article in in_order(norm):
        pack = norm.packs[article.pack]
        part = pack.parts.get(article.part, "")
        # A pack of one part is named by its title; parts of the house's own by theirs.
        heading = f"{article.part}、{part}" if len(pack.parts) > 1 else pack.title
        label = f"第{article_number(article.id)}条 {article.title}"
        parts.setdefault(heading, []).append((article.id, label, article.id in ticked["articles"]))
    shown = {
        "form": form,
        "parts": list(parts.items()),
        "units": [(unit.id, unit.name, unit.id in ticked["organizations"]) for unit in units],
        "years": [(str(year), str(year) in ticked["years"]) for year in years_to_choose(clock.today())],
        "estimate": _estimate(form, units),
        "archives": _lines(reader, queries.archives(reader), units),
        "refusal": refusal,
    }
    bad = form.is_bound and request.method == "POST" and form.errors
    return render(request, "archive/index.html", shown, status=409 if refusal else 422 if bad else 200)


def _estimate(form: SelectionForm, units: Sequence[Unit]) -> estimate.Estimate | None:
    if form.is_bound:
        return estimate.estimate(packs.norm(), form.selection()) if form.is_valid() else None
    everything = Selection.of(*(form.ticked(name) for name in ("articles", "organizations", "years")))
    return estimate.estimate(packs.norm(), everything) if units else None


def _lines(reader: Any, archives: Sequence[Archive], units: Sequence[Unit]) -> list[dict[str, Any]]:
    """Boxes as the list shows them; of one that is no longer the reader's to see nothing is named."""
    today, forgotten = clock.today(), queries.last_forgotten()
    found = []
    for archive in archives:
        blocked = actions.blocked(reader, archive, today, forgotten) if archive.made else None
        found.append(
            {
                "archive": archive,
                "own": archive.account_id == reader.pk,
                "title": _title(archive, units) if queries.covers(reader, archive) else "权限有变，不再显示",
                "state": _state(archive, blocked),
                "blocked": blocked,
            }
        )
    return found


def _state(archive: Archive, blocked: Refused | None) -> str:
    if blocked is not None:
        return "不能下载"
    return "已做好" if archive.made else str(archive.job.get_state_display())


def _title(archive: Archive, units: Sequence[Unit]) -> str:
    """What is in it, in words: articles, organizations, years."""
    chosen = [unit for unit in units if unit.id in archive.organizations]
    years = "、".join(f"{year}年" for year in archive.years)
    return f"{years}　{cover.chosen_units(chosen)}　{cover.chosen_articles(archive, packs.norm())}"


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The form, an estimate, and the boxes there are."""
    reader = _may(request)
    form, units = _form(request, reader)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "archive/estimate.html", {"estimate": _estimate(form, units)})
    return _page(request, reader, form, units)


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Put a box in line; the same one asked for again is shown, not made again."""
    reader = _may(request)
    form, units = _form(request, reader)
    if not form.is_valid():
        return _page(request, reader, form, units)
    try:
        made = actions.ask(actor=reader, selection=form.selection(), today=clock.today())
    except actions.AlreadyAsked as asked:
        messages.info(request, f"{asked.why}，没有再做一份。")
        made = asked.archive
    except Refused as refused:
        return _page(request, reader, form, units, refused)
    return redirect("archive:one", made.pk)


def _found(request: HttpRequest, identity: str) -> tuple[Any, Archive]:
    """The reader and a box that is the reader's own, or that the reader may take; else 404."""
    reader = _may(request)
    for archive in queries.archives(reader):
        if archive.pk == identity:
            return reader, archive
    raise Http404


@never_cache
@require_safe
def one(request: HttpRequest, identity: str) -> HttpResponse:
    """How far a box is; made, what is in it, and how long it stays."""
    reader, archive = _found(request, identity)
    shown = {
        **_lines(reader, [archive], _units(reader))[0],
        "job": archive.job,
        "size": archive.size,
        "taken": "、".join(f"{what} {number} {unit}" for what, number, unit in _holds(archive)),
        "version_at": cover.moment(archive.version) if archive.version else None,
    }
    part = request.htmx and archive.made is None  # type: ignore[attr-defined]
    if request.htmx and archive.made is not None:  # type: ignore[attr-defined]
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "archive/progress.html" if part else "archive/one.html", shown)


def _holds(archive: Archive) -> list[tuple[str, int, str]]:
    counts = archive.counts
    found = [("检查结果", counts.get("findings", 0), "项"), ("文件", counts.get("documents", 0), "个")]
    found.append(("原件", counts.get("originals", 0), "个"))
    if counts.get("withheld"):
        found.append(("因涉及不在可见范围内的人员没有装入", counts["withheld"], "条"))
    return found


@never_cache
@require_POST
def take(request: HttpRequest, identity: str) -> HttpResponse | FileResponse:
    """The file itself. Who took it stands in the log, hence a POST."""
    reader, archive = _found(request, identity)
    try:
        actions.take(actor=reader, archive=archive, today=clock.today())
    except Refused as refused:
        return render(request, "refused.html", {"refusal": refused}, status=409)
    made = archive.asked.astimezone(clock.SHANGHAI)
    years = "、".join(str(year) for year in archive.years)
    return FileResponse(
        storage.finished(archive.pk).open("rb"),
        as_attachment=True,
        filename=f"迎检材料 {years} {made:%Y-%m-%d}.zip",
        content_type="application/zip",
    )


@require_POST
def go_on(request: HttpRequest, identity: str) -> HttpResponse:
    """Go on with a box that broke off."""
    reader, archive = _found(request, identity)
    try:
        actions.go_on(actor=reader, archive=archive)
    except Refused as refused:
        messages.error(request, f"{refused.what}：{refused.why}。{refused.mend}。")
    return redirect("archive:one", archive.pk)


@require_POST
def delete(request: HttpRequest, identity: str) -> HttpResponse:
    """Remove an own box."""
    reader, archive = _found(request, identity)
    try:
        actions.delete(actor=reader, archive=archive)
    except Refused as refused:
        messages.error(request, f"{refused.what}：{refused.why}。{refused.mend}。")
    else:
        messages.success(request, "已删除。")
    return redirect(reverse("archive:index"))
