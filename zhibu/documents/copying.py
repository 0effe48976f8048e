"""抄录表: a copy sheet for the national system. Per person the fields in the order in which they are typed there
(the order of the official roster), each with its code and name; whoever changed since a day comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q

from zhibu.access import Refused, scope, sealing
from zhibu.access.models import LogRow
from zhibu.documents import people
from zhibu.documents.people import Person
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import SEALED_WITH, Member, Membership
from zhibu.registers.members.profile import PROFILE, SEALED
from zhibu.registers.members.roster.official import layout, shown
from zhibu.registers.organizations.models import Kind, Organization
from zhibu.site.clock import SHANGHAI
from zhibu.site.wording import full_day

#: Of one organization at most so many changes are opened; the log has the others.
MOST_CHANGES = 2000
#: So many people are copied by hand from one sheet at the most.
MOST_PEOPLE = 200
#: The types whose rows change what is typed.
TYPES = ("members.member", "members.membership")


@dataclass(frozen=True)
class Changed:
    """What of a person's record changed: the fields' titles, and when it was entered last."""

    what: list[str]
    last: date


def _columns() -> list[tuple[str, str, str | None]]:
    """Field, title and code list of each column, in the official order, without the running number."""
    return [
        (one["field"], str(one["title"]).replace("\n", "").strip(), one.get("codes"))
        for one in layout()["columns"]
        if one["field"] != "row_number"
    ]


def fields(one: Person) -> list[list[str]]:
    """Title and value of each field; a coded one as its code with the name."""
    values = one.values | {"branch": one.branch}
    return [[title, shown(name, codes, values.get(name))] for name, title, codes in _columns()]


def changes(people_: Iterable[str], since: date) -> dict[str, Changed]:
    """Member → what changed in the records since the day, read off the log. Three queries."""
    ids = set(people_)
    rows = list(
        LogRow.objects.filter(
            Q(type__in=TYPES) | Q(verb="roster.import"),
            at__gte=datetime.combine(since, time.min, SHANGHAI),
            touched__member__in=list(ids),
        )
        .order_by("number")
        .distinct()
        .prefetch_related("touched")[:MOST_CHANGES]
    )
    keys = sealing.object_keys(SEALED_WITH, [row.key.partition(":")[2] for row in rows if _of_person(row)])
    found: dict[str, Changed] = {}
    for row in rows:
        for touched in row.touched.all():
            if touched.member in ids:
                before = found.get(touched.member)
                what = [*(before.what if before else []), *_said(row, keys)]
                found[touched.member] = Changed(list(dict.fromkeys(what)), row.at.astimezone(SHANGHAI).date())
    return {member: one for member, one in found.items() if one.what}


def _of_person(row: LogRow) -> bool:
    return row.key.partition(":")[0] == SEALED_WITH


def _said(row: LogRow, keys: dict[str, bytes | None]) -> list[str]:
    """The titles of what a row of the log changed; empty when it only looked."""
    if row.type not in TYPES:
        return ["名册导入"]
    if row.verb == "members.unmask" or not _of_person(row):
        return []
    object = row.key.partition(":")[2]
    change = (
        sealing.open_with(keys.get(object), SEALED_WITH, object, bytes(row.sealed)) if row.sealed else None
    )
    before, after = (change or {}).get("before"), (change or {}).get("after")
    if row.type == "members.membership":
        return ["组织关系"]
    if before is None or after is None:
        return ["新增" if before is None else "撤回新增"]
    return [_title(name) for name in PROFILE if (before.get(name) or "") != (after.get(name) or "")]


def _title(name: str) -> str:
    return SEALED.get(name) or str(Member._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def gone(organization: Organization, since: date, day: date) -> list[list[str]]:
    """Who left the organization between the days: name, day, reason."""
    rows = Membership.objects.filter(
        organization__in=scope.subtree([organization.pk]), until__gte=since, until__lte=day
    )
    still = Membership.objects.filter(in_force(day), organization__in=scope.subtree([organization.pk]))
    found = rows.exclude(member__in=still.values("member")).select_related("member")
    return [
        [row.member.name, row.until.isoformat() if row.until else "", row.reason]
        for row in found.order_by("until", "member__pinyin")
    ]


def of_organization(
    organization: Organization, day: date, since: date, masked: bool, foot: str
) -> dict[str, Any]:
    """What the template `copy` reads: first who changed since the day, then, of a branch, everyone else."""
    name, kind = people.name_on(organization, day)
    found = people.on_roll(organization, day, masked)
    changed = changes([one.id for one in found], since)
    first = [one for one in found if one.id in changed]
    if len(first) > MOST_PEOPLE:
        raise Refused(
            what="没有打印",
            why=f"{full_day(since)}以来有变动的党员有 {len(first)} 人，一次最多抄录 {MOST_PEOPLE} 人",
            mend="请把日期改近一些，或在各支部的页面上打印",
            code="documents.too_many",
        )
    others = (
        []
        if kind in (Kind.COMMITTEE, Kind.GENERAL_BRANCH)
        else [one for one in found if one.id not in changed]
    )
    return {
        "title": "党员信息抄录表",
        "foot": foot,
        "facts": [f"党组织：{name}", f"{full_day(since)}以来变动 {len(first)} 人", f"截至 {full_day(day)}"],
        "people": [_person(one, changed.get(one.id)) for one in (*first, *others)],
        "gone": gone(organization, since, day),
        "note": "只列有变动的党员；其余各人请在所在支部打印。"
        if not others and len(first) < len(found)
        else "",
    }


def of_member(member: Member, day: date, masked: bool, foot: str) -> dict[str, Any]:
    """The same for one person."""
    row = member.memberships_on(day).order_by("organization_id").first()
    plain = {field.attname: getattr(member, field.attname) for field in member._meta.concrete_fields}
    values = plain | member.sensitive | ({"status": row.status, "category": row.category} if row else {})
    branch = people.name_on(row.organization, day)[0] if row else ""
    one = Person(
        member.pk, people.covered(values) if masked else values, branch, row.organization_id if row else ""
    )
    return {
        "title": "党员信息抄录表",
        "foot": foot,
        "facts": [f"党组织：{branch or '不在册'}", f"截至 {full_day(day)}"],
        "people": [_person(one, None)],
        "gone": [],
        "note": "",
    }


def _person(one: Person, changed: Changed | None) -> dict[str, Any]:
    said = f"{changed.last.month}月{changed.last.day}日登记变动：{'、'.join(changed.what)}" if changed else ""
    return {
        "name": one.text("name"),
        "changed": said,
        "marked": changed.what if changed else [],
        "fields": fields(one),
    }
