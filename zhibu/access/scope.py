"""What a reader may see: querysets narrowed by the grants in force today. Deny by default."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from zhibu.access import roles, writing
from zhibu.access.models import Account, Grant
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Application, Member, Membership
from zhibu.registers.organizations.models import Organization, OrganizationQuerySet, Placement, Post
from zhibu.site import clock

READ_ORGANIZATIONS = "organizations.read"
READ_MEMBERS = "members.read"

# The tree as it last stood, so that what was dissolved stays with those who led it.
BELOW = """
WITH RECURSIVE last_placement(organization_id, parent_id) AS (
    SELECT p.organization_id, p.parent_id FROM organizations_placement p
    WHERE NOT EXISTS (
        SELECT 1 FROM organizations_placement q
        WHERE q.organization_id = p.organization_id AND q.since > p.since
    )
), below(id) AS (
    SELECT o.id FROM organizations_organization o WHERE o.id IN ({places})
    UNION
    SELECT l.organization_id FROM last_placement l JOIN below b ON l.parent_id = b.id
)
SELECT id FROM below
"""


def subtree(roots: list[str] | tuple[str, ...]) -> RawSQL:
    """A subquery of the ids of these organizations and all below them, as the tree last stood."""
    places = ", ".join(["%s"] * len(roots)) or "NULL"
    return RawSQL(BELOW.format(places=places), tuple(roots))


@dataclass
class _Known:
    """What is remembered with an account until the next write or day."""

    version: int
    day: date
    grants: list[tuple[str, str]]
    subtrees: dict[tuple[str, ...], frozenset[str]]
    roots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    house: str | None = None
    people: dict[tuple[tuple[str, ...], str], bool] = field(default_factory=dict)


def _known(account: Account) -> _Known:
    known: _Known | None = account.__dict__.get("_known")
    today = clock.today()
    if known is None or known.version != writing.version() or known.day != today:
        grants = Grant.objects.filter(in_force(today), account=account.pk)
        known = _Known(writing.version(), today, list(grants.values_list("role", "organization_id")), {})
        account.__dict__["_known"] = known
    return known


def grants(account: Account) -> list[tuple[str, str]]:
    """The grants in force today: role, organization id."""
    return list(_known(account).grants)


def house(account: Any) -> str:
    """What the navigation names: the organization of the account's first grant in force today."""
    if not _usable(account) or account.is_system:
        return ""
    known = _known(account)
    if known.house is None:
        # Asked on nearly every page: the plain query of one placement is built in a tenth of the time.
        placed = Placement.objects.filter(organization__in=[place for _, place in known.grants[:1]])
        known.house = placed.order_by("-since").values_list("name", flat=True).first() or ""
    return known.house


def _usable(account: Any) -> bool:
    return bool(isinstance(account, Account) and account.is_active)


def roots(account: Account, verb: str) -> tuple[str, ...]:
    """The organizations at and below which the account may do `verb`."""
    known = _known(account)
    if verb not in known.roots:
        places = {place for role, place in known.grants if "subtree" in roles.scopes(role, verb)}
        known.roots[verb] = tuple(sorted(places))
    return known.roots[verb]


def owns(account: Account, verb: str) -> bool:
    """True when the account may do `verb` to its own member."""
    return account.member_id is not None and any(
        "self" in roles.scopes(role, verb) for role, _ in _known(account).grants
    )


def reachable(account: Account, verb: str) -> frozenset[str]:
    """The ids of the organizations where the account may do `verb`."""
    known = _known(account)
    top = roots(account, verb)
    if top not in known.subtrees:
        ids = Organization.objects.filter(id__in=subtree(top)).values_list("id", flat=True) if top else ()
        known.subtrees[top] = frozenset(ids)
    return known.subtrees[top]


def organizations(reader: Any, verb: str = READ_ORGANIZATIONS) -> OrganizationQuerySet:
    """The organizations that `reader` may see (or do `verb` to), dissolved ones too.

    Add `.on(day)` for their names.
    """
    everything = Organization.objects.all()
    if not _usable(reader):
        return everything.none()
    if reader.is_system:
        return everything
    top = roots(reader, verb)
    return everything.filter(id__in=subtree(top)) if top else everything.none()


def reaches(account: Account, verb: str, member: str) -> bool:
    """True when the account may do `verb` to a member by reaching where the member belongs.

    Pages ask for many verbs about one person, most of them held at the same places: each is looked up once.
    """
    known, top = _known(account), roots(account, verb)
    if (top, member) not in known.people:
        known.people[top, member] = bool(top) and members(account, verb).filter(pk=member).exists()
    return known.people[top, member]


def members(reader: Any, verb: str = READ_MEMBERS) -> QuerySet[Member]:
    """The members that `reader` may see (or do `verb` to), oneself included.

    Within reach is who has a membership there now, or the last one; and who has an application there now.

    A person without any membership is within reach of whoever reaches an organization of one of the posts
    held, or of the last application.
    """
    everything = Member.objects.all()
    if not _usable(reader):
        return everything.none()
    if reader.is_system:
        return everything
    top = roots(reader, verb)
    allowed = Q(pk=reader.member_id) if owns(reader, verb) else Q(pk__in=())
    if top:
        reach = subtree(top)
        own = Membership.objects.filter(member=OuterRef("pk"))
        later = Membership.objects.filter(member=OuterRef("member"), since__gt=OuterRef("since"))
        now = own.filter(in_force(clock.today()), organization__in=reach)
        last = own.filter(~Exists(later), organization__in=reach)
        allowed |= Q(Exists(now)) | Q(Exists(last))
        applied = Application.objects.filter(member=OuterRef("pk"), organization__in=reach)
        newer = Application.objects.filter(member=OuterRef("member"), since__gt=OuterRef("since"))
        allowed |= Q(Exists(applied.filter(in_force(clock.today()))))
        held = Post.objects.filter(member=OuterRef("pk"), organization__in=reach)
        allowed |= ~Q(Exists(own)) & (Q(Exists(held)) | Q(Exists(applied.filter(~Exists(newer)))))
    return everything.filter(allowed)
