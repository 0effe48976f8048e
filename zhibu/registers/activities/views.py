"""Pages of activities: the list, one activity, the sheet to sign, its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from zhibu.access import permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.permission import permit
from zhibu.access.shown import history
from zhibu.registers.activities import actions, forms, kinds, proof, queries, rules
from zhibu.registers.activities.models import Activity, Attachment, Attendance, Paper
from zhibu.registers.activities.month import month_of, of_month
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs, references, uploads
from zhibu.site.deeds import deed, done
from zhibu.site.files import file_response
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.wording import near_day


def found(request: HttpRequest, identity: str) -> Activity:
    """The activity, if within reach; else 404."""
    return get_object_or_404(queries.activities(request.user), pk=identity)


def address(activity: Activity) -> str:
    """The page of an activity."""
    return reverse("activity", args=[activity.pk])


def _kept(text: str) -> SafeString:
    """A short text that stays on one line."""
    return format_html('<span class="keep">{}</span>', text)


def _kinds(activity: Any) -> str:
    norm = packs.norm()
    return "、".join(kinds.title_of(norm, theme.kind) for theme in activity.themes.all())


def _hosts(activity: Any) -> str:
    """The hosts by their last names, from the placements that came with the list."""
    rows = [list(host.organization.placements.all()) for host in activity.hosts.all()]
    return "、".join(max(placements, key=lambda row: row.since).name for placements in rows if placements)


def _came(activity: Any) -> str:
    return f"{activity.present} / {activity.expected}" if activity.status == Activity.Status.HELD else ""


def _lacks(activity: Any) -> str:
    """The plan and record that its duties ask for and that are not there yet, in words."""
    if activity.status == Activity.Status.CANCELLED:
        return ""
    norm = packs.norm()
    themes, papers = {theme.kind for theme in activity.themes.all()}, activity.papers.all()
    facts = proof.facts_of(themes, {paper.kind for paper in papers}, False)
    held = activity.status == Activity.Status.HELD
    titles = [
        Paper.Kind(one.paper).label
        for one in proof.missing(norm, facts, activity.day, ())
        if one.paper and (held or one.before)
    ]
    return "、".join(f"缺{title}" for title in titles)


def _places(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(one.pk, str(one)) for one in queries.hosts_for(request.user, queries.READ, clock.today())]


def _kind_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(kind.id, kind.title) for kind in kinds.offered(packs.norm())]


def _month_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return forms.months(clock.today())


LIST = Listing(
    title="活动",
    columns=(
        Column("title", "名称", link=address, sort="title", width=32),
        Column("day", "日期", shown=lambda one: _kept(near_day(one.day, clock.today())), sort="day"),
        Column("hosts", "党组织", value=_hosts, width=28),
        Column("themes", "主题", value=_kinds, width=28),
        Column("came", "到会 / 应到", value=_came, number=True),
        Column(
            "status",
            "状态",
            value=lambda one: one.get_status_display(),
            shown=lambda one: _kept(one.get_status_display()),
            sort="status",
        ),
        Column("lacks", "还缺", value=_lacks, shown=lambda one: _kept(_lacks(one))),
        Column("place", "地点", only="workbook"),
        Column("content", "内容", only="workbook", width=48),
        Column("late_reason", "补录原因", only="workbook"),
    ),
    search=("title", "content", "found_by"),
    search_title="名称、拼音、内容、地点",
    filters=(
        Filter("organization", "党组织", choices=_places, field="hosts__organization"),
        Filter("kind", "主题", choices=_kind_choices, field="themes__kind"),
        Filter("month", "月份", choices=_month_choices, apply=of_month),
        Filter("status", "状态", choices=Activity.Status.choices),
    ),
    order=("-day", "-pk"),
    measure="次",
    noun="活动",
    empty_what="还没有活动",
    empty_mend="开展活动后在这里登记；学时和检查结果随之得出。",
)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list with search, sort, filters and export."""
    reader: Any = request.user
    permit(reader, queries.READ)
    buttons = []
    if permits(reader, "activities.record"):
        buttons = [(reverse("activity_record"), "登记活动"), (reverse("activity_plan"), "安排活动")]
    today = clock.today()
    return LIST.page(
        request,
        queries.for_list(reader, today),
        template="activities/list.html",
        context={"month": month_of(request, today)},
        buttons=buttons,
    )


def _blocks(activity: Activity) -> list[rules.Block]:
    return [rules.Block(row.day, row.part, row.start, row.end) for row in activity.blocks.all()]  # type: ignore[arg-type]


def _prepared(activity: Activity) -> dict[str, Any]:
    """What an activity proves and lacks by the norm."""
    norm = packs.norm()
    themes = list(activity.themes.values_list("kind", flat=True))
    papers = {paper.kind: paper for paper in activity.papers.all()}
    held = activity.status == Activity.Status.HELD
    blocks = _blocks(activity)
    earns = held and kinds.earns(norm, themes, activity.day)
    minutes = sum(rules.earned(block, kinds.hours_on(norm, block.day)) for block in blocks) if earns else 0
    facts = proof.facts_of(themes, papers, bool(minutes)) if held else set()
    about = references.known("activity", activity.pk)
    lacking = [] if not held else proof.missing(norm, facts, activity.day, about)
    off = kinds.off_weekday(norm, themes, (block.day for block in blocks))
    unexplained = [] if activity.counts_for_reason else off
    return {
        "kinds": [(theme, kinds.title_of(norm, theme)) for theme in themes],
        "papers": papers,
        "blocks": activity.blocks.all(),
        "proved": proof.proved(norm, facts, proof.notes_of(norm, rules.slots(blocks), minutes)),
        "missing": lacking,
        "lacks_evaluation": held and proof.lacks_evaluation(facts),
        "warnings": rules.warnings(themes, blocks, kinds.in_slots(norm), unexplained),
        "held": held,
        "planned": activity.status == Activity.Status.PLANNED,
        "cancelled": activity.status == Activity.Status.CANCELLED,
        "earns": bool(minutes),
    }


def _visible_lists(reader: Any, activity: Activity) -> list[Attendance]:
    """Lines that the reader may see: those of organizations within reach, else the reader's own.

    Nobody belongs to a group by the roll: who keeps the list of a group sees the whole of it.
    """
    lines = queries.on_lists(activity)
    if queries.keeps_group_list(reader, activity):
        return lines
    reach = scope.reachable(reader, "members.read")
    return [line for line in lines if line.organization_id in reach or line.member_id == reader.member_id]


@require_safe
def page(request: HttpRequest, identity: str) -> HttpResponse:
    """One activity: what it was, who came, its papers, what it proves and what is missing."""
    reader: Any = request.user
    activity = found(request, identity)
    hosts = list(activity.hosts.select_related("organization"))
    lead = next(host.organization for host in hosts if host.leading)
    lines = _visible_lists(reader, activity)
    counts = [(title, sum(line.state == state for line in lines)) for state, _, title in forms.STATES]
    may = {
        verb: permits(reader, f"activities.{verb}", lead) for verb in ("record", "correct", "write", "cancel")
    }
    context = {
        "activity": activity,
        "hosts": hosts,
        "unconfirmed": [
            host.organization
            for host in hosts
            if host.recorded is None and permits(reader, "activities.record", host.organization)
        ],
        "lines": lines,
        "counts": counts,
        "may": may,
        "may_announce": permits(reader, "notices.send", lead),
        "lead": lead,
        "attachments": activity.attachments.all(),
        "history": history(
            reader, log_queries.log_rows(reader).filter(object=activity.pk).order_by("-number")
        )
        if permits(reader, "log.read", lead)
        else [],
        **_prepared(activity),
    }
    return render(request, "activities/page.html", context)


@require_safe
def sheet(request: HttpRequest, identity: str) -> HttpResponse:
    """A sheet to print and sign: the roll of the day, with what is known."""
    reader: Any = request.user
    activity = found(request, identity)
    lead = activity.hosts.select_related("organization").get(leading=True).organization
    lines = _visible_lists(reader, activity)
    people = [(line.member.name, str(line.organization)) for line in lines]
    if not people:
        people = [
            (one.member.name, one.organization_name) for one in queries.roll(reader, lead, activity.day)
        ]
    return render(request, "activities/sheet.html", {"activity": activity, "people": people, "lead": lead})


@require_POST
def attach(request: HttpRequest, identity: str) -> HttpResponse:
    """Attach a file."""
    reader: Any = request.user
    activity = found(request, identity)
    hosts = [host.organization for host in activity.hosts.select_related("organization")]
    if not any(permits(reader, "activities.attach", host) for host in hosts):
        permit(reader, "activities.attach", hosts[0])
    form = forms.FileForm(request.POST, request.FILES)

    def act(values: dict[str, Any]) -> None:
        file = values["file"]
        if file.size > uploads.LARGEST:
            raise uploads_too_large(file.name)
        actions.attach_file(
            actor=reader, activity=activity, name=file.name, data=file.read(), today=clock.today()
        )

    return deed(
        request, form, act, title="添加附件", back=address(activity), label="上传", done="附件已保存。"
    )


def uploads_too_large(name: str) -> Exception:
    """The refusal of a file past the largest size, before it is read."""
    from zhibu.access import Refused

    return Refused(
        what=f"附件“{name[:40]}”没有保存",
        why=f"文件超过 {uploads.LARGEST // 2**20} MB",
        mend="请压缩或分成几个文件再上传",
        code="upload.too_large",
    )


@require_safe
def file(request: HttpRequest, identity: str) -> FileResponse:
    """A file of an activity within reach."""
    attachment = get_object_or_404(
        Attachment.objects.filter(activity__in=queries.activities(request.user)), pk=identity
    )
    return file_response(
        uploads.Stored(attachment.name, attachment.digest, attachment.size, attachment.content_type)
    )


@require_POST
def remove_file(request: HttpRequest, identity: str) -> HttpResponse:
    """Take a file off its activity."""
    reader: Any = request.user
    attachment = get_object_or_404(
        Attachment.objects.filter(activity__in=queries.activities(reader)), pk=identity
    )
    back = address(attachment.activity)
    today: date = clock.today()
    return done(
        request,
        lambda: actions.remove_attachment(actor=reader, attachment=attachment, today=today),
        back=back,
        said="附件已移除。",
    )


def lead_of(activity: Activity) -> Organization:
    """The organization that leads the activity."""
    return activity.hosts.select_related("organization").get(leading=True).organization
