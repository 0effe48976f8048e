"""What the rows of the log that came since a version can have changed: whose findings, and of which duties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from zhibu.access.models import LogRow, Touched
from zhibu.desk.facts import registers
from zhibu.norm.model import Duty, Norm
from zhibu.registers.members.models import Membership
from zhibu.registers.organizations.models import Placement

#: Types of records that decide from when a committee owes anything at all.
OF_COMMITTEES = frozenset({"organizations.firstdayofuse"})
#: Apps whose records prove nothing: what is written there changes no finding.
PROVES_NOTHING = ("inbox.", "notices.", "calendar.", "archive.")
#: More touched subjects than this, or than a share of all, and the whole is as quick.
MOST_TOUCHED, LEAST_TOUCHED, SHARE = 2000, 400, 4


@dataclass(frozen=True)
class Change:
    """What was touched. `duties`: only of these can anything have changed; None: of any."""

    organizations: frozenset[str]
    members: frozenset[str]
    everything: bool
    duties: frozenset[str] | None = None


def changed_since(norm: Norm, version: int, until: int) -> Change:
    """What was touched by the rows (version, until]."""
    rows = LogRow.objects.filter(number__gt=version, number__lte=until)
    touched = Touched.objects.filter(row__number__gt=version, row__number__lte=until)
    for app in PROVES_NOTHING:
        rows, touched = rows.exclude(type__startswith=app), touched.exclude(row__type__startswith=app)
    objects: dict[str, set[str]] = defaultdict(set)
    for type_, key in rows.values_list("type", "object").distinct()[: MOST_TOUCHED + 1]:
        objects[type_].add(key)
    pairs = list(touched.values_list("organization", "member").distinct()[: MOST_TOUCHED + 1])
    everything = len(pairs) > MOST_TOUCHED or sum(map(len, objects.values())) > MOST_TOUCHED
    if everything or OF_COMMITTEES & set(objects):
        return Change(frozenset(), frozenset(), True)
    organizations = {one for one, _ in pairs if one}
    members = {one for _, one in pairs if one}
    moved = _moved(objects)
    if moved:
        organizations |= moved
        belong = Membership.objects.filter(organization__in=moved).values_list("member_id", flat=True)
        members |= set(belong.distinct()[: MOST_TOUCHED + 1])
    count = len(organizations) + len(members)
    if count > MOST_TOUCHED or count > LEAST_TOUCHED and count * SHARE > _how_many_members():
        return Change(frozenset(), frozenset(), True)
    return Change(frozenset(organizations), frozenset(members), False, _duties(norm, objects))


def _how_many_members() -> int:
    return Membership.objects.filter(until=None).values("member_id").distinct().count()


def _moved(objects: dict[str, set[str]]) -> set[str]:
    """The organizations whose place or nature was written, with all that ever stood below them."""
    moved = set(objects.get("organizations.organization", ()))
    placed = Placement.objects.filter(pk__in=objects.get("organizations.placement", ()))
    moved.update(placed.values_list("organization_id", flat=True))
    return set(_all_from(moved, below=True)) if moved else moved


def with_those_above(organizations: Iterable[str]) -> frozenset[str]:
    """These organizations and all that stand, or ever stood, above them."""
    return _all_from(organizations, below=False)


def _all_from(organizations: Iterable[str], *, below: bool) -> frozenset[str]:
    next_to: dict[str, set[str]] = defaultdict(set)
    for org, parent in Placement.objects.exclude(parent=None).values_list("organization_id", "parent_id"):
        next_to[parent if below else org].add(org if below else parent)
    found: set[str] = set()
    waiting = list(organizations)
    while waiting:
        org = waiting.pop()
        if org not in found:
            found.add(org)
            waiting.extend(next_to.get(org, ()))
    return frozenset(found)


def _duties(norm: Norm, objects: dict[str, set[str]]) -> frozenset[str] | None:
    """The duties that records of these types and ids can have changed; None where a register cannot say."""
    says = {type_: kinds for module in registers() for type_, kinds in getattr(module, "PROVES", {}).items()}
    kinds: set[str] = set()
    for type_, ids in objects.items():
        if type_ not in says:
            return None
        proved = says[type_](ids)
        if proved is None:
            return None
        kinds |= proved
    return resting_on(norm, frozenset(kinds))


def resting_on(norm: Norm, kinds: frozenset[str]) -> frozenset[str]:
    """The duties that look at facts of these kinds, and those anchored on what is missed of them. Pure."""
    found = {duty.id for duty in norm.duties.values() if kinds & looked_at(norm, duty)}
    grown = True
    while grown:
        more = {duty.id for duty in norm.duties.values() if found & set(duty.anchor_duties)} - found
        found |= more
        grown = bool(more)
    return frozenset(found)


def looked_at(norm: Norm, duty: Duty) -> set[str]:
    """All kinds of facts that can alter a finding of the duty, save exemptions and the first day of use."""
    subjects = norm.subjects[duty.subjects] if duty.subjects else None
    found = {*duty.kinds, *duty.anchors, *duty.excused, *duty.bound.sum_of}
    found.update(kind for group in duty.require for kind in group)
    found.update(kind for term in duty.ratio or () for kind in term.kinds)
    found.update(subjects.holders if subjects else ())
    if duty.bound.all_of:
        for dated in norm.parameters[duty.bound.all_of].values:
            found.update(dated.value if isinstance(dated.value, tuple) else ())
    return found
