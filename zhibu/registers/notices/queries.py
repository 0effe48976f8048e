"""Reads of notices and receipts, narrowed to what the reader may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from zhibu.access import scope
from zhibu.access.models import Account, Grant
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Application, Membership
from zhibu.registers.notices.models import Asked, Attachment, Notice, Recipient
from zhibu.registers.organizations.models import Organization, Placement, Post
from zhibu.site import clock

READ = "notices.read"
SEND = "notices.send"

#: What is asked of a recipient and not done.
WAITING = Q(asked=Asked.ACT, acted=None) | Q(asked=Asked.READ, read=None)

# The organizations where a person belongs, holds a post, applies or has a grant today, and all above them.
ABOVE = """
WITH RECURSIVE above(id) AS (
    SELECT organization_id FROM ({places}) AS here
    UNION
    SELECT p.parent_id FROM organizations_placement p JOIN above a ON p.organization_id = a.id
    WHERE p.parent_id IS NOT NULL AND p.since <= %s AND (p.until IS NULL OR p.until > %s)
)
SELECT id FROM above
"""


def _above(reader: Account, today: date) -> RawSQL:
    """A subquery of the ids of the organizations that the reader belongs to, directly or from below."""
    member = reader.member_id
    places: list[QuerySet[Any]] = [
        Grant.objects.filter(in_force(today), account=reader.pk),
        Membership.objects.filter(in_force(today), member=member),
        Post.objects.filter(in_force(today), member=member),
        Application.objects.filter(in_force(today), member=member),
    ]
    statements: list[str] = []
    parameters: list[Any] = []
    for rows in places[: 4 if member else 1]:
        sql, given = rows.order_by().values("organization_id").query.sql_with_params()
        statements.append(sql)
        parameters += given
    return RawSQL(ABOVE.format(places=" UNION ".join(statements)), (*parameters, today, today))


def _own(reader: Account) -> Q:
    """The reader's own receipts."""
    own = Q(account=reader.pk)
    return own | Q(member=reader.member_id) if reader.member_id else own


def own_receipts(reader: Any) -> QuerySet[Recipient]:
    """The reader's receipts of notices that still stand, sent by organizations that the reader still belongs to.

    Who left an organization no longer sees what went round there.
    """
    if not isinstance(reader, Account) or not reader.is_active:
        return Recipient.objects.none()
    return Recipient.objects.filter(
        _own(reader), notice__organization__in=_above(reader, clock.today())
    ).filter(
        Q(notice__status=Notice.Status.SENT) | Q(notice__status=Notice.Status.WITHDRAWN, read__isnull=False)
    )


def still_there(sender: str, today: date) -> Q:
    """Of receipts: those whose person still belongs to `sender` or below it, by membership, post, application
    or grant.
    """
    below = scope.subtree([sender])
    here = in_force(today) & Q(organization__in=below)
    person = Q(member=OuterRef("member"))
    granted = Q(account=OuterRef("account")) | Q(
        account__member__isnull=False, account__member=OuterRef("member")
    )
    return (
        Q(Exists(Membership.objects.filter(here & person)))
        | Q(Exists(Post.objects.filter(here & person)))
        | Q(Exists(Application.objects.filter(here & person)))
        | Q(Exists(Grant.objects.filter(here & granted)))
    )


def notices(reader: Any) -> QuerySet[Notice]:
    """What the reader may see: what organizations within reach sent, drafts where the reader may send;
    what went through an organization within reach; what the reader got.

    A withdrawn notice is seen by those who sent it and those who had read it.
    """
    if not isinstance(reader, Account) or not reader.is_active:
        return Notice.objects.none()
    draft = Q(status=Notice.Status.DRAFT)
    sent = Q(status=Notice.Status.SENT)
    readable = scope.organizations(reader, READ).values("pk")
    seen = ~draft & Q(organization__in=readable)
    seen |= draft & Q(organization__in=scope.organizations(reader, SEND).values("pk"))
    if scope.roots(reader, READ):
        through = Recipient.objects.filter(notice=OuterRef("pk"), shared=True, organization__in=readable)
        seen |= sent & Q(Exists(through))
    own = own_receipts(reader).filter(notice=OuterRef("pk"))
    return Notice.objects.filter(seen | Q(Exists(own)))


def oversees(reader: Any, notice: Notice) -> bool:
    """True when the reader sees all receipts: of an organization within reach that sent it."""
    return notice.organization_id in scope.reachable(reader, READ)


def receipts(reader: Any, notice: Notice) -> QuerySet[Recipient]:
    """The receipts that the reader may see: all of what an organization within reach sent; of what others
    sent those that came through an organization within reach, while it stands.

    Each with `person` (the name), `person_key` (to sort by), `has_account`, `reminded`.
    """
    rows = Recipient.objects.filter(notice=notice)
    if not oversees(reader, notice):
        reach = scope.organizations(reader, READ).values("pk")
        rows = rows.filter(shared=True, organization__in=reach, notice__status=Notice.Status.SENT)
    account = Account.objects.filter(member=OuterRef("member"), is_active=True)
    return rows.annotate(
        person=Coalesce("member__name", "account__name"),
        person_key=Coalesce("member__pinyin", "account__name"),
        has_account=ExpressionWrapper(
            Q(account__isnull=False) | Exists(account), output_field=BooleanField()
        ),
        reminded=Coalesce(
            Subquery(
                Recipient.objects.filter(pk=OuterRef("pk"))
                .annotate(number=Count("reminders"))
                .values("number"),
                output_field=IntegerField(),
            ),
            Value(0),
        ),
    )


def for_list(reader: Any) -> QuerySet[Notice]:
    """The notices of the list page: `overseen`, how many got, read and did it, the reader's own receipt."""
    rows = Recipient.objects.filter(notice=OuterRef("pk")).order_by().values("notice")

    def count(condition: Q) -> Coalesce:
        counted = rows.filter(condition).annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))

    own = own_receipts(reader).filter(notice=OuterRef("pk"))
    name = Placement.objects.filter(organization=OuterRef("organization")).order_by("-since")
    reach = scope.organizations(reader, READ).values("pk")
    return notices(reader).annotate(
        overseen=Case(When(organization__in=reach, then=True), default=False),
        place=Subquery(name.values("name")[:1]),
        people=count(Q()),
        have_read=count(Q(read__isnull=False)),
        to_act=count(Q(asked=Asked.ACT)),
        have_acted=count(Q(acted__isnull=False)),
        waiting=count(WAITING),
        own_asked=Subquery(own.values("asked")[:1]),
        own_read=Subquery(own.values("read")[:1]),
        own_acted=Subquery(own.values("acted")[:1]),
        day=Coalesce("sent__date", "recorded"),
    )


def waiting_for(reader: Any) -> QuerySet[Recipient]:
    """The reader's own receipts on which something is still to do, the nearest deadline first."""
    rows = own_receipts(reader).filter(WAITING, notice__status=Notice.Status.SENT)
    return rows.select_related("notice").order_by(
        F("notice__deadline").asc(nulls_last=True), "notice__sent", "pk"
    )


def summary(rows: QuerySet[Recipient]) -> list[dict[str, Any]]:
    """The receipts by organization, in the order of the roll: people, read, to act, acted, not yet done."""
    counted: Any = (
        rows.order_by()
        .values("organization_id", "place_name")
        .annotate(
            people=Count("pk", distinct=True),
            have_read=Count("pk", filter=Q(read__isnull=False), distinct=True),
            to_act=Count("pk", filter=Q(asked=Asked.ACT), distinct=True),
            have_acted=Count("pk", filter=Q(asked=Asked.ACT, acted__isnull=False), distinct=True),
            waiting=Count("pk", filter=WAITING, distinct=True),
        )
    )
    return list(counted.order_by("organization__number", "place_name", "organization_id"))


def files(reader: Any) -> QuerySet[Attachment]:
    """The files that the reader may open: of what is seen, but of a withdrawn notice only on the side that
    sent it; of an answer those of the reader's own and of the receipts seen.
    """
    reach = scope.organizations(reader, READ).values("pk")
    sending = scope.organizations(reader, SEND).values("pk")
    overseen = Q(notice__organization__in=reach) & ~Q(notice__status=Notice.Status.DRAFT)
    overseen |= Q(notice__status=Notice.Status.DRAFT, notice__organization__in=sending)
    seen = Q(notice__in=notices(reader).values("pk"), notice__status=Notice.Status.SENT)
    of_notice = Q(recipient=None) & (overseen | seen)
    own = Q(recipient__in=own_receipts(reader).values("pk"))
    through = Q(recipient__shared=True, recipient__organization__in=reach, notice__status=Notice.Status.SENT)
    of_answer = Q(recipient__isnull=False) & (overseen | own | through)
    return Attachment.objects.filter(of_notice | of_answer)


def senders(reader: Any, today: date) -> list[Organization]:
    """The organizations in whose name the reader may send, standing today: the highest first, no groups."""
    order = {"committee": 0, "general_branch": 1, "branch": 2}
    reach = scope.organizations(reader, SEND).values("pk")
    found: Any = Organization.objects.on(today).filter(pk__in=reach)
    ordered = [(order[one.kind], one.name, one.pk, one) for one in found if one.kind in order]
    return [one for *_, one in sorted(ordered, key=lambda row: row[:3])]


def below(sender: Organization, today: date) -> list[Organization]:
    """The organizations to which `sender` may send, standing today: itself and those below it; of a branch its
    groups too.
    """
    order = {"committee": 0, "general_branch": 1, "branch": 2, "group": 3}
    found: Any = Organization.objects.on(today).filter(pk__in=scope.subtree([sender.pk]))
    standing = list(found)
    if any(one.pk == sender.pk and one.kind != "branch" for one in standing):
        standing = [one for one in standing if one.kind != "group"]
    rows = [(order[one.kind], one.number, one.name, one.pk, one) for one in standing]
    return [one for *_, one in sorted(rows, key=lambda row: row[:4])]
