"""What a reader may see of the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case as DbCase
from django.db.models import CharField, Exists, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from zhibu.access import permits, scope
from zhibu.norm.model import Kind
from zhibu.registers.evidence import kinds, permission
from zhibu.registers.evidence.models import Case, Entry
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Application, Member, Membership
from zhibu.registers.organizations.models import Organization, Placement, Post
from zhibu.site import packs, references
from zhibu.site.references import Reference

#: How many references a choice offers.
MOST_REFERENCES = 200


def entries(reader: Any) -> QuerySet[Entry]:
    """The entries that the reader may see: of organizations within reach, and of oneself.

    Within reach of the register's verb all of them, of another verb those of the kinds that it lets see.
    """
    return Entry.objects.filter(_seen(reader, "organization"))


def _seen(reader: Any, place: str) -> Q:
    """What the reader sees, by the column `place` and by whom it names."""
    seen = _within(reader, permission.READ, place)
    everywhere = _reach(reader, permission.READ)
    for verb, of in kinds.by_read_verb(packs.norm()).items():
        if not _reach(reader, verb) <= everywhere:
            seen |= _within(reader, verb, place) & Q(kind__in=of)
    return seen


def _reach(reader: Any, verb: str) -> set[str]:
    """What the verb reaches, to compare: the organizations it is held at, and "" for oneself."""
    return {*scope.roots(reader, verb), *([""] if scope.owns(reader, verb) else [])}


def places_seen(reader: Any) -> Q:
    """Which organizations have entries that the reader may see."""
    found = Q()
    for verb in permission.reading():
        found |= Q(pk__in=scope.organizations(reader, verb).values("pk"))
    return found


def _within(reader: Any, verb: str, place: str) -> Q:
    found = Q(**{f"{place}__in": scope.organizations(reader, verb).values("pk")})
    return found | Q(member=reader.member_id) if scope.owns(reader, verb) else found


def is_own_only(reader: Any) -> bool:
    """True for whoever sees no evidence but what names the reader (党员、入党申请人)."""
    return scope.owns(reader, permission.READ) and not any(
        scope.roots(reader, verb) for verb in permission.reading()
    )


def _told(reader: Any, place: str = "organization") -> Q:
    """The entries whose words and files the reader may read, by the column `place`.

    Of oneself only kinds that are told: what was said in a talk or found by a review is the organization's.
    """
    told = Q(**{f"{place}__in": scope.organizations(reader, permission.READ).values("pk")})
    for verb, of in kinds.by_read_verb(packs.norm()).items():
        if not {*scope.roots(reader, verb)} <= {*scope.roots(reader, permission.READ)}:
            told |= Q(**{f"{place}__in": scope.organizations(reader, verb).values("pk")}, kind__in=of)
    if scope.owns(reader, permission.READ):
        told |= Q(member=reader.member_id, kind__in=kinds.told(packs.norm()))
    return told


def tells(reader: Any, entry: Entry) -> bool:
    """Whether the reader, who sees the entry, may also read its words, where the paper lies and its files."""
    norm = packs.norm()
    if entry.kind in kinds.told(norm) or permits(reader, permission.READ, entry.organization_id):
        return True
    verb = norm.kinds[entry.kind].read_verb if entry.kind in norm.kinds else ""
    return bool(verb) and permits(reader, verb, entry.organization_id)


def entries_told(reader: Any) -> QuerySet[Entry]:
    """The entries whose words and files the reader may read."""
    return Entry.objects.filter(_told(reader))


def with_words(reader: Any, rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """These entries with `said`, `found` and `lies`: note, what it is found by and place of the paper, empty where
    they are not the reader's to read.
    """
    told = _told(reader)
    columns = {"said": "note", "found": "found_by", "lies": "kept_at"}
    texts = {
        name: DbCase(When(told, then=column), default=Value(""), output_field=CharField())
        for name, column in columns.items()
    }
    return rows.annotate(**texts)


def entries_with_words(reader: Any) -> QuerySet[Entry]:
    """Of `entries_told` those that have words of their own: few of many, found by the index `entry_with_words`."""
    # Said of the column as it is, SQLite would go through all entries of every organization within reach instead.
    place = Coalesce("organization_id", Value(""))
    return Entry.objects.alias(place=place).filter(_told(reader, "place"), found_by__isnull=False)


def named_in(rows: QuerySet[Entry]) -> QuerySet[Member]:
    """The members whom these entries name, by name."""
    return Member.objects.filter(Exists(rows.filter(member=OuterRef("pk")))).order_by("pinyin", "pk")


def hosts_for(reader: Any, kind: Kind, today: date) -> list[Organization]:
    """The organizations standing today for which the reader may record such an entry, by kind and name."""
    reach = permission.where(reader, permission.RECORD, kind).values("pk")
    found = [(one.kind != "branch", one.name, one) for one in _named(today).filter(pk__in=reach)]
    fitting = [row for row in found if row[2].kind in kind.organizations]
    return [one for *_, one in sorted(fitting, key=lambda row: row[:2])]


def _named(day: date) -> Any:
    """The organizations standing on the day, each with its name and kind."""
    return Organization.objects.on(day)


def branches_below(organization: Organization, day: date) -> list[Organization]:
    """The branches at and below an organization on the day, by name."""
    found = _named(day).filter(pk__in=scope.subtree([organization.pk]))
    return sorted((one for one in found if one.kind == "branch"), key=lambda one: str(one.name))


def committee_of(organization: Organization, day: date) -> str:
    """The id of the nearest committee above, itself included; the top of its tree where there is none."""
    top = organization.pk
    for _ in range(6):
        placement = Placement.objects.filter(in_force(day), organization=top).first()
        if placement is None or placement.kind == "committee" or placement.parent_id is None:
            break
        top = placement.parent_id
    return top


def people(organization: Organization) -> QuerySet[Member]:
    """Whom an entry of the organization may name.

    Whoever belongs or belonged or applies or applied there or below, holds a post there, or has a case or
    an entry there.
    """
    below = scope.subtree([organization.pk])
    return Member.objects.filter(
        Q(Exists(Membership.objects.filter(member=OuterRef("pk"), organization__in=below)))
        | Q(Exists(Application.objects.filter(member=OuterRef("pk"), organization__in=below)))
        | Q(Exists(Post.objects.filter(member=OuterRef("pk"), organization=organization)))
        | Q(Exists(Case.objects.filter(member=OuterRef("pk"), organization=organization)))
        | Q(Exists(Entry.objects.filter(member=OuterRef("pk"), organization=organization)))
    )


def roll(organization: Organization, day: date) -> list[Member]:
    """The members of a branch on a day, by name; of a committee those who hold a post there."""
    placement = organization.placement_on(day)
    if placement is not None and placement.kind == "committee":
        held = Post.objects.filter(in_force(day), organization=organization, member=OuterRef("pk"))
        found = Member.objects.filter(Exists(held))
    else:
        found = Member.objects.filter(
            Exists(Membership.objects.filter(in_force(day), organization=organization, member=OuterRef("pk")))
        )
    return list(found.order_by("pinyin", "pk"))


def newcomers(organization: Organization) -> list[Member]:
    """Applicants whom the organization handles, and others with a case there and no membership, by name."""
    own = Membership.objects.filter(member=OuterRef("pk"))
    case = Case.objects.filter(member=OuterRef("pk"), organization=organization)
    applying = Application.objects.filter(member=OuterRef("pk"), organization=organization, until=None)
    found = Member.objects.filter(Q(Exists(applying)) | Q(Exists(case)) & ~Q(Exists(own)))
    return list(found.order_by("pinyin", "pk"))


def references_for(
    reader: Any, kind: Kind, organization: Organization, member: Member | None, today: date
) -> list[Reference]:
    """What an entry of the kind may refer to, the newest first."""
    how = kinds.choosing(kind)
    if how == "activity":
        return references.offered("activity", reader, organization) or []
    if how == "organization":
        committee = Organization(pk=committee_of(organization, today))
        return [Reference(one.pk, str(one)) for one in branches_below(committee, today)]
    if how == "case":
        cases = Case.objects.filter(type=kinds.matter_of(kind.id).type, organization=organization)
        if kind.member == "required":
            cases = cases.filter(member=member) if member else cases
        return [Reference(case.pk, case.title) for case in cases[:MOST_REFERENCES]]
    if how == "entry":
        return _entries_as_references(reader, kind, organization, member)
    return []


def _entries_as_references(
    reader: Any, kind: Kind, organization: Organization, member: Member | None
) -> list[Reference]:
    norm = packs.norm()
    beginnings = kinds.referred(kind)
    wanted = [
        one for one in norm.kinds if one != kind.id and any(one.startswith(each) for each in beginnings)
    ]
    found = entries(reader).filter(organization=organization, kind__in=wanted, withdrawn=None)
    if member is not None and kind.ref == "result":
        found = found.filter(member=member)
    rows = found.select_related("member").order_by("-day", "-pk")[:MOST_REFERENCES]
    return [
        Reference(row.pk, f"{row.day:%Y-%m-%d} {kinds.title_of(norm, row.kind)} {row.member or ''}".strip())
        for row in rows
    ]


def last_days(kinds_: Iterable[str], organization: Organization, members: Iterable[str]) -> dict[str, date]:
    """The latest day of an entry of these kinds, by member."""
    found = Entry.objects.filter(
        kind__in=list(kinds_), organization=organization, member__in=list(members), withdrawn=None
    )
    return dict(found.values("member").annotate(last=Max("day")).values_list("member", "last"))


def of_month(kind: str, organization: Organization, month: date) -> dict[str, int | None]:
    """The amounts of the entries that count for the month, by member."""
    found = Entry.objects.filter(kind=kind, organization=organization, withdrawn=None).filter(
        Q(counts_for=month) | Q(counts_for=None, day=month)
    )
    return dict(found.values_list("member", "amount"))


def in_force_of(kind: str, organization: Organization, day: date) -> list[Entry]:
    """The states of a kind that are in force at an organization on the day."""
    found = Entry.objects.filter(
        Q(until=None) | Q(until__gt=day),
        kind=kind,
        type=Entry.Type.STATE,
        organization=organization,
        day__lte=day,
        withdrawn=None,
    )
    return list(found.select_related("member").order_by("-day"))


def recorded(
    kinds_: Iterable[str], organizations: Iterable[str], first: date
) -> list[tuple[str, str, date, date]]:
    """The organizations' own entries of some kinds that count for `first` or later: organization, kind, and the days
    from and to which each counts.
    """
    rows = Entry.objects.filter(kind__in=kinds_, organization__in=organizations, withdrawn=None)
    rows = rows.alias(counted=Coalesce("counts_for", "day"))
    rows = rows.filter(Q(type=Entry.Type.STATE) | Q(counted__gte=first))
    found = rows.values_list("organization", "kind", "type", "counts_for", "day", "until")
    return [
        (place, kind, day, until or date.max)
        if type_ == Entry.Type.STATE
        else (place, kind, counts or day, counts or day)
        for place, kind, type_, counts, day, until in found
    ]


def kinds_about(ref: str) -> set[str]:
    """The kinds of the entries that refer to a record."""
    return set(Entry.objects.filter(ref=ref, withdrawn=None).values_list("kind", flat=True))


def reference_known(reader: Any, organization: Organization, ref: str) -> Reference | None:
    """An entry or a case within reach by its id, as a reference."""
    case = Case.objects.filter(organization=organization, pk=ref).first()
    if case is not None:
        return Reference(case.pk, case.title)
    entry = entries(reader).filter(organization=organization, pk=ref).first()
    if entry is None:
        return None
    return Reference(entry.pk, f"{entry.day:%Y-%m-%d} {kinds.title_of(packs.norm(), entry.kind)}")


def last_amounts(kind: str, organization: Organization, members: Iterable[str]) -> dict[str, int | None]:
    """The amount of the latest entry of the kind, by member."""
    found = Entry.objects.filter(
        kind=kind, organization=organization, member__in=list(members), withdrawn=None
    )
    return dict(found.order_by("day", "pk").values_list("member", "amount"))
