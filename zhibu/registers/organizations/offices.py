"""The writers of what an organization has over time: posts, terms, establishment, first day of use."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.access import Refused, action, log, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.members.models import Member
from zhibu.registers.organizations import rules, terms
from zhibu.registers.organizations.models import (
    Establishment,
    FirstDayOfUse,
    Kind,
    Organization,
    Post,
    PostKind,
    Term,
)
from zhibu.registers.organizations.permission import require_appoint
from zhibu.site import packs
from zhibu.site.wording import full_day


def _kind_on(organization: Organization, day: date) -> str:
    placement = organization.placement_on(day) or organization.latest_placement()
    return placement.kind if placement else ""


def _check_span(since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise Refused(
            what="没有保存",
            why="结束日期不晚于开始日期",
            mend="请改正日期；结束当日起不再有效",
            code="organizations.span",
        )


def _log(actor: Account, verb: str, row: Any, before: dict[str, Any] | None, gone: bool = False) -> None:
    members = [row.member_id] if isinstance(row, Post) else []
    after = None if gone else snapshot(row)
    log(actor, verb, row, before=before, after=after, organizations=[row.organization_id], members=members)


@action("organizations.appoint")
def appoint(
    *,
    actor: Account,
    organization: Organization,
    member: Member,
    kind: str,
    since: date,
    today: date,
    until: date | None = None,
    portfolio: str = "",
    document: str = "",
) -> Post:
    """Appoint (任职) a member to a post from `since`. Refused: wrong place for the post, or held
    already by that member then.
    """
    require_appoint(actor, organization)
    _check_span(since, until)
    if _kind_on(organization, since) not in rules.POST_PLACES[kind]:
        places = "、".join(Kind(one).label for one in rules.POST_PLACES[kind])
        raise Refused(
            what="没有任职",
            why=f"{PostKind(kind).label}设在{places}，不设在“{organization}”",
            mend="请改职务或党组织",
            code="organizations.post_place",
        )
    spans = Post.objects.filter(organization=organization, member=member, kind=kind).values_list(
        "since", "until"
    )
    if rules.any_overlap((since, until), spans):
        raise Refused(
            what="没有任职",
            why=f"{member.name} 这段时间已任{PostKind(kind).label}",
            mend="请先免去原任职，或改日期",
            code="organizations.post_held",
        )
    post = Post.objects.create(
        organization=organization,
        member=member,
        kind=kind,
        since=since,
        until=until,
        portfolio=portfolio,
        document=document,
        recorded=today,
    )
    _log(actor, "organizations.appoint", post, None)
    return post


@action("organizations.relieve")
def relieve(*, actor: Account, post: Post, until: date, document: str = "") -> Post:
    """Relieve (免职): from `until` on the post is no longer held."""
    require_appoint(actor, post.organization)
    _check_span(post.since, until)
    before = snapshot(post)
    post.until = until
    post.document = document or post.document
    post.save(update_fields=["until", "document"])
    _log(actor, "organizations.relieve", post, before)
    return post


@action("organizations.term")
def start_term(
    *,
    actor: Account,
    organization: Organization,
    since: date,
    today: date,
    number: int | None = None,
    until: date | None = None,
    approval: str = "",
) -> Term:
    """Begin a term of office (届期).

    `until` only with an approved other end (提前、延期), which then needs its document.
    """
    permit(actor, "organizations.term", organization)
    if _kind_on(organization, since) not in rules.HAVE_TERMS:
        raise Refused(
            what="没有登记届期", why="党小组没有届期", mend="请在党支部登记", code="organizations.term_place"
        )
    if Term.objects.filter(organization=organization, since=since).exists():
        raise Refused(
            what="没有登记届期",
            why=f"{since} 起的届期已登记",
            mend="如日期有误，请更正原有一届",
            code="organizations.term_twice",
        )
    _check_end(organization, since, until, approval)
    term = Term.objects.create(
        organization=organization, since=since, until=until, number=number, approval=approval, recorded=today
    )
    _log(actor, "organizations.term", term, None)
    return term


def _check_end(organization: Organization, since: date, until: date | None, approval: str) -> None:
    """Refuse an end without approval, and one that no approval can give (延期最多不超过一年)."""
    _check_span(since, until)
    if until is None:
        return
    if not approval.strip():
        raise Refused(
            what="没有保存",
            why="提前或延期换届须经上级批准",
            mend="请填写批复文号",
            code="organizations.term_approval",
        )
    latest = terms.latest_end(packs.norm(), _kind_on(organization, since), since, until)
    if latest is not None and until > latest:
        raise Refused(
            what="没有保存",
            why=f"延期最多不超过一年，本届最迟到 {full_day(latest)}",
            mend="请核对日期；超过一年的延期不能改变届满日，请尽快换届",
            code="organizations.term_extension",
        )


@action("organizations.term")
def set_term_end(*, actor: Account, term: Term, until: date | None, approval: str) -> Term:
    """Give a term another approved end; None: as the norm says."""
    permit(actor, "organizations.term", term.organization)
    _check_end(term.organization, term.since, until, approval)
    before = snapshot(term)
    term.until, term.approval = until, approval
    term.save(update_fields=["until", "approval"])
    _log(actor, "organizations.term", term, before)
    return term


@action("organizations.establishment")
def set_establishment(
    *, actor: Account, organization: Organization, people: int, since: date, today: date, document: str = ""
) -> Establishment:
    """The number of staff posts (编制) from `since` on; the number before ends there."""
    permit(actor, "organizations.establishment", organization)
    if people <= 0:
        raise Refused(
            what="没有保存", why="编制人数须大于零", mend="请填写编制总数", code="organizations.people"
        )
    if Establishment.objects.filter(organization=organization, since__gte=since).exists():
        raise Refused(
            what="没有保存",
            why="已有同日或更晚的编制数",
            mend="请改日期，或先撤回后面的一条",
            code="organizations.establishment_order",
        )
    last = Establishment.objects.filter(organization=organization, until__isnull=True).first()
    if last is not None:
        before = snapshot(last)
        last.until = since
        last.save(update_fields=["until"])
        _log(actor, "organizations.establishment", last, before)
    row = Establishment.objects.create(
        organization=organization, people=people, since=since, document=document, recorded=today
    )
    _log(actor, "organizations.establishment", row, None)
    return row


@action("organizations.use")
def set_first_day_of_use(
    *, actor: Account, organization: Organization, since: date, pack: str = "*"
) -> FirstDayOfUse:
    """From which day (启用日期) the committee follows a pack; another day for the same pack replaces
    the one before.
    """
    permit(actor, "organizations.use", organization)
    if _kind_on(organization, since) != Kind.COMMITTEE:
        raise Refused(
            what="没有保存",
            why="启用日期登记在党委",
            mend="请在党委的页面登记",
            code="organizations.use_place",
        )
    row = FirstDayOfUse.objects.filter(organization=organization, pack=pack).first()
    before = snapshot(row)
    if row is None:
        row = FirstDayOfUse(organization=organization, pack=pack)
    row.since = since
    row.save()
    _log(actor, "organizations.use", row, before)
    return row


@action("organizations.correct")
def correct(
    *, actor: Account, row: Post | Term, since: date, until: date | None, reason: str, today: date
) -> None:
    """Correct (更正) days of a post or a term that were written wrong.

    The reason stands in the log with before and after. Another beginning counts as learnt today; an end does not
    (ends are taken as known now).
    """
    permit(actor, "organizations.correct", row.organization)
    if not reason.strip():
        raise Refused(
            what="没有更正", why="没有写更正原因", mend="请写明原因", code="organizations.no_reason"
        )
    if isinstance(row, Term):
        _check_end(row.organization, since, until, row.approval)
    _check_span(since, until)
    others: Any = type(row)._default_manager.filter(organization=row.organization).exclude(pk=row.pk)
    if isinstance(row, Post):
        others = others.filter(member=row.member, kind=row.kind)
        taken = rules.any_overlap((since, until), others.values_list("since", "until"))
    else:
        taken = others.filter(since=since).exists()
    if taken:
        raise Refused(
            what="没有更正", why="与另一条同类记录的日期重叠", mend="请核对日期", code="organizations.overlap"
        )
    before = snapshot(row)
    if row.since != since:
        row.recorded = today
    row.since, row.until = since, until
    row.save(update_fields=["since", "until", "recorded"])
    after = (snapshot(row) or {}) | {"reason": reason.strip()}
    members = [row.member_id] if isinstance(row, Post) else []
    log(
        actor,
        "organizations.correct",
        row,
        before=before,
        after=after,
        organizations=[row.organization_id],
        members=members,
    )
