"""Pages that show notices: the list, one notice, its receipts, a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from zhibu.access import permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.shown import history
from zhibu.registers.notices import queries, recipients, rules
from zhibu.registers.notices.models import BY_SENDING, Asked, Notice, Recipient
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, uploads
from zhibu.site.files import file_response
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.wording import near_day


def found(request: HttpRequest, identity: str) -> Notice:
    """The notice, if within reach; else 404."""
    return get_object_or_404(
        queries.notices(request.user).select_related("organization", "author"), pk=identity
    )


def address(notice: Notice) -> str:
    """The page of a notice."""
    return reverse("notice", args=[notice.pk])


def _near(day: date | None) -> str:
    return near_day(day, clock.today()) if day else ""


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at)
    year = "" if local.year == clock.today().year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def _share(row: Any, number: int, whole: int) -> str:
    return f"{number}/{whole}" if row.overseen and row.status != Notice.Status.DRAFT and whole else ""


def _mine(row: Any) -> str:
    """What the reader has done about it, in a word."""
    if row.own_asked is None:
        return ""
    state = rules.state(row.own_asked, row.own_read is not None, row.own_acted is not None)
    return rules.STATES[state]


def _overdue(row: Any) -> bool:
    return bool(
        row.deadline and row.deadline < clock.today() and row.status == Notice.Status.SENT and row.waiting
    )


def _state(row: Any) -> str:
    if row.overseen and _overdue(row):
        return f"{row.get_status_display()}，过期 {row.waiting} 人未完成"
    return str(row.get_status_display())


def _places(request: HttpRequest) -> Sequence[tuple[str, str]]:
    rows: Any = Organization.objects.filter(
        pk__in=queries.notices(request.user).values("organization")
    ).latest()
    return sorted(((one.pk, str(one)) for one in rows), key=lambda pair: pair[1])


def _years(request: HttpRequest) -> Sequence[tuple[str, str]]:
    this = clock.today().year
    return [(str(year), f"{year}年") for year in range(this, this - 8, -1)]


def _of_mine(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    waiting = Q(own_asked=Asked.ACT, own_acted=None) | Q(own_asked=Asked.READ, own_read=None)
    if wanted == "waiting":
        return rows.filter(waiting, own_asked__isnull=False, status=Notice.Status.SENT)
    if wanted == "got":
        return rows.filter(own_asked__isnull=False)
    if wanted == "late":
        return rows.filter(
            overseen=True, waiting__gt=0, deadline__lt=clock.today(), status=Notice.Status.SENT
        )
    return rows.filter(overseen=True)


LIST = Listing(
    title="通知文件",
    columns=(
        Column("title", "标题", link=address, sort="title", width=40),
        Column("type", "类别", value=lambda one: one.get_type_display(), sort="type"),
        Column("place", "发送单位", sort="place", width=28),
        Column("day", "日期", shown=lambda one: _near(one.day), sort="day"),
        Column("number", "文号", width=22, only="workbook"),
        Column("issuer", "发文单位", width=24, only="workbook"),
        Column("issued", "成文日期", only="workbook"),
        Column("received", "收文日期", only="workbook"),
        Column("asked", "要求", value=lambda one: one.get_asked_display(), sort="asked"),
        Column("deadline", "截止", shown=lambda one: _near(one.deadline), sort="deadline"),
        Column("have_read", "已阅", value=lambda one: _share(one, one.have_read, one.people), number=True),
        Column("have_acted", "已办", value=lambda one: _share(one, one.have_acted, one.to_act), number=True),
        Column("mine", "我的回执", value=_mine),
        Column("status", "状态", value=_state, sort="status", width=24),
    ),
    search=("found_by", "title", "number", "issuer", "body"),
    search_title="标题、文号、发文单位、正文",
    filters=(
        Filter(
            "mine",
            "范围",
            choices=[
                ("waiting", "等我阅办"),
                ("got", "发给我的"),
                ("sent", "本级及下级发出的"),
                ("late", "过期未办"),
            ],
            apply=_of_mine,
        ),
        Filter("type", "类别", choices=Notice.Type.choices),
        Filter("status", "状态", choices=Notice.Status.choices),
        Filter("organization", "发送单位", choices=_places),
        Filter("year", "年度", choices=_years, apply=lambda rows, year: rows.filter(day__year=int(year))),
    ),
    order=("-day", "-pk"),
    measure="份",
    noun="通知文件",
    empty_what="还没有通知文件",
    empty_mend="发给您的通知和上级文件会列在这里；有权发送的，可以从“写通知”开始。",
)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What the reader sent, oversees or got."""
    buttons = [(reverse("notice_new"), "写通知")] if permits(request.user, queries.SEND) else []
    return LIST.page(request, queries.for_list(request.user), buttons=buttons)


@require_safe
def page(request: HttpRequest, identity: str) -> HttpResponse:
    """One notice: what it says and asks; to the recipient the button; to the sender how it stands."""
    reader: Any = request.user
    today = clock.today()
    notice = found(request, identity)
    mine = queries.own_receipts(reader).filter(notice=notice).first()
    oversees = queries.oversees(reader, notice)
    may_send = permits(reader, queries.SEND, notice.organization)
    draft = notice.status == Notice.Status.DRAFT
    withdrawn = notice.status == Notice.Status.WITHDRAWN
    rows = queries.receipts(reader, notice)
    summary = [] if draft else queries.summary(rows)
    addressees = list(notice.addressees.order_by("pk")) if oversees or may_send else []
    shown = {
        "notice": notice,
        "draft": draft,
        "withdrawn": withdrawn,
        # What was withdrawn is read no more but by those who sent it.
        "open": not withdrawn or oversees,
        "mine": mine,
        "done": mine is not None and mine.done,
        # Of what one sent oneself there is nothing more to say.
        "quiet": mine is not None and mine.by_sending and mine.done,
        "my_files": mine.files.all() if mine else [],
        "oversees": oversees,
        "may_send": may_send,
        "files": notice.attachments.filter(recipient=None),
        "addressees": recipients.in_words(addressees),
        "found": recipients.resolve(addressees, notice.organization_id, notice.asked, today)
        if draft and may_send
        else None,
        "figures": _figures(summary),
        "left": rules.said_of(notice.deadline, today),
        "late": notice.deadline is not None and notice.deadline < today,
        "history": history(reader, log_queries.log_rows(reader).filter(object=notice.pk).order_by("-number"))
        if permits(reader, "log.read", notice.organization)
        else [],
    }
    return render(request, "notices/page.html", shown)


def _figures(summary: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {
        key: sum(row[key] for row in summary)
        for key in ("people", "have_read", "to_act", "have_acted", "waiting")
    }


def _receipt_state(row: Any) -> str:
    return rules.STATES[rules.state(row.asked, row.read is not None, row.acted is not None)]


def _remarks(row: Any) -> str:
    """What the sender should know of it."""
    words = []
    if row.entered_how:
        words.append(BY_SENDING if row.by_sending else f"{row.entered_by}代登：{row.entered_how}")
    if not row.done and not row.has_account:
        words.append("没有账号，请另行告知")
    if row.reminded:
        words.append(f"已提醒 {row.reminded} 次")
    return "；".join(words)


def _of_state(rows: QuerySet[Recipient], state: str) -> QuerySet[Recipient]:
    conditions = {
        "unread": Q(read=None),
        "unacted": Q(asked=Asked.ACT, read__isnull=False, acted=None),
        "read": Q(asked=Asked.READ, read__isnull=False),
        "acted": Q(acted__isnull=False),
        "waiting": queries.WAITING,
    }
    return rows.filter(conditions[state])


def receipt_listing(notice: Notice, places: Sequence[tuple[str, str]], may_enter: frozenset[str]) -> Listing:
    """The receipts of a notice as a list. `may_enter`: the organizations whose receipts the reader may enter."""
    overdue = notice.deadline is not None and notice.deadline < clock.today()

    def entering(row: Any) -> str | None:
        if row.done or row.organization_id not in may_enter or notice.status != Notice.Status.SENT:
            return None
        return reverse("notice_enter", args=[row.pk])

    def state_shown(row: Any) -> object:
        if overdue and not row.done:
            return format_html('<b class="past">{}，已过期</b>', _receipt_state(row))
        return _receipt_state(row)

    return Listing(
        title=f"回执 {notice.title}",
        columns=(
            Column("person", "姓名", sort="person_key"),
            Column("place_name", "党组织", sort="place_name", width=28),
            Column("capacity", "身份", sort="capacity"),
            Column("asked", "要求", value=lambda one: one.get_asked_display(), sort="asked"),
            Column("read", "已阅", shown=lambda one: _moment(one.read), sort="read"),
            Column("acted", "已办", shown=lambda one: _moment(one.acted), sort="acted"),
            Column("answer", "办理情况", width=36),
            Column("ref_title", "关联的活动", width=30,
                   link=lambda one: f"/activities/{one.ref}/" if one.ref else None),
            Column("files", "附件", shown=_files_shown, value=lambda one: "、".join(f.name for f in one.files.all())),
            Column("state", "状态", value=_receipt_state, shown=state_shown),
            Column("remarks", "备注", value=_remarks, width=24),
            Column("enter", "代登", value=lambda one: "代登" if entering(one) else "", link=entering, only="page"),
        ),
        search=("member__name", "account__name", "member__found_by", "place_name", "answer"),
        search_title="姓名、党组织、办理情况",
        filters=(
            Filter("state", "状态", choices=[("waiting", "未完成"), *rules.STATES.items()], apply=_of_state),
            Filter("organization", "党组织", choices=places),
            Filter("asked", "要求", choices=Asked.choices),
        ),
        order=("organization__number", "place_name", "person_key", "pk"),
        measure="人",
        noun="回执",
        per_page=100,
        empty_what="没有回执",
        empty_mend="发送之后，每个收件人的回执列在这里。",
    )  # fmt: skip


def _files_shown(row: Any) -> object:
    return format_html_join(
        "、",
        '<a class="link" href="{}">{}</a>',
        ((reverse("notice_file", args=[one.pk]), one.name) for one in row.files.all()),
    )


@require_safe
def receipts(request: HttpRequest, identity: str) -> HttpResponse:
    """Who has read, who has acted, who has not: by organization, and each."""
    reader: Any = request.user
    notice = found(request, identity)
    if not _sees_receipts(reader, notice):
        raise Http404
    rows = queries.receipts(reader, notice)
    summary = queries.summary(rows)
    reach = scope.reachable(reader, queries.SEND)
    places = [(row["organization_id"], row["place_name"]) for row in summary]
    may_enter = reach if notice.organization_id not in reach else frozenset(place for place, _ in places)
    may_send = notice.organization_id in reach
    shown = {
        "notice": notice,
        "summary": summary,
        "figures": _figures(summary),
        "late": notice.deadline is not None and notice.deadline < clock.today(),
        "left": rules.said_of(notice.deadline, clock.today()),
        "may_urge": may_send and notice.status == Notice.Status.SENT,
    }
    listing_ = receipt_listing(notice, places, may_enter)
    return listing_.page(request, rows.prefetch_related("files"), "notices/receipts.html", shown)


def _sees_receipts(reader: Any, notice: Notice) -> bool:
    if notice.status == Notice.Status.DRAFT:
        return False
    return queries.oversees(reader, notice) or queries.receipts(reader, notice).exists()


@require_safe
def file(request: HttpRequest, identity: str) -> FileResponse:
    """A file of a notice or of an answer that the reader may open."""
    row = get_object_or_404(queries.files(request.user), pk=identity)
    return file_response(uploads.Stored(row.name, row.digest, row.size, row.content_type))
