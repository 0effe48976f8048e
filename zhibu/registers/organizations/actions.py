"""The writers of the tree itself: establish, change from a day, dissolve, correct."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from zhibu.access import Entry, Refused, action, log, log_many, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.intervals import in_force
from zhibu.registers.organizations import rules
from zhibu.registers.organizations.models import Kind, Organization, Placement
from zhibu.site.found_by import COLUMN


def _kind_title(kind: str | None) -> str:
    return Kind(kind).label if kind else "最上级"


def _check_place(kind: str, parent: Organization | None, day: date) -> None:
    above = parent.placement_on(day) if parent else None
    if parent is not None and above is None:
        raise Refused(
            what="没有保存",
            why=f"上级“{parent}”在 {day} 还没有设立或已撤销",
            mend="请改日期，或另选上级",
            code="organizations.parent_absent",
        )
    parent_kind = above.kind if above else None
    if not rules.may_stand_below(kind, parent_kind):
        raise Refused(
            what="没有保存",
            why=f"{_kind_title(kind)}不能直接设在{_kind_title(parent_kind)}之下",
            mend="请改类型或另选上级",
            code="organizations.wrong_place",
        )


def _check_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise Refused(
            what="没有保存", why="名称是空的", mend="请填写党组织全称", code="organizations.no_name"
        )
    return name


ESTABLISH = "organizations.establish"


@action(ESTABLISH)
def establish(
    *,
    actor: Account,
    name: str,
    kind: str,
    since: date,
    parent: Organization | None = None,
    category: str | None = None,
    number: str = "",
    short_name: str = "",
    phone: str = "",
    founded: date | None = None,
    identity: str | None = None,
    verb: str = ESTABLISH,
) -> Organization:
    """Set up an organization (设立) that stands below `parent` from `since`; it may have been `founded`
    before it is on record here.

    At the top only the deployment itself may. `verb`: with which right it is done.
    """
    permit(actor, verb, parent)
    if parent is None and not actor.is_system:
        raise Refused(
            what="没有设立",
            why="没有选上级党组织",
            mend="请选上级；新的党委由系统管理员用命令建立",
            code="organizations.no_parent",
        )
    name = _check_name(name)
    _check_place(kind, parent, since)
    organization = Organization(number=number, short_name=short_name, phone=phone, founded=founded or since)
    if identity is not None:
        organization.id = identity
    organization.save(force_insert=True)
    placement = Placement.objects.create(
        organization=organization, parent=parent, kind=kind, category=category or None, name=name, since=since
    )
    log_many(actor, verb, _began(organization, placement, parent))
    return organization


def _began(organization: Organization, placement: Placement, parent: Organization | None) -> list[Entry]:
    touched = (organization.pk, *([parent.pk] if parent else []))
    return [Entry(row, None, snapshot(row), touched) for row in (organization, placement)]


@action("organizations.establish")
def establish_many(
    *, actor: Account, names: Iterable[str], kind: str, parent: Organization, since: date
) -> list[Organization]:
    """`establish` for several of one kind below one parent: a few queries for any number."""
    permit(actor, "organizations.establish", parent)
    cleaned = [_check_name(name) for name in names]
    _check_place(kind, parent, since)
    organizations = [Organization(founded=since) for _ in cleaned]
    placements = [
        Placement(organization=organization, parent=parent, kind=kind, name=name, since=since)
        for organization, name in zip(organizations, cleaned, strict=True)
    ]
    Organization.objects.bulk_create(organizations, batch_size=500)
    Placement.objects.bulk_create(placements, batch_size=500)
    entries = [
        entry
        for organization, placement in zip(organizations, placements, strict=True)
        for entry in _began(organization, placement, parent)
    ]
    log_many(actor, "organizations.establish", entries)
    return organizations


#: The parts of a placement that `change` may change, each with its verb.
CHANGES = {
    "name": "organizations.rename",
    "parent": "organizations.move",
    "kind": "organizations.change_kind",
    "category": "organizations.recategorise",
}


@action("organizations.change")
def change(
    *, actor: Account, organization: Organization, since: date, verb: str | None = None, **values: Any
) -> Placement:
    """Rename, move, recategorise (更名、改隶、改类别) from `since` on: the row before ends, a new one begins.

    `values`: any of name, parent, kind, category. Refused: unknown or unchanged values, a day before the
    last row's, a circle. `verb`: with which right it is done; that of each part where none is said.
    """
    if unknown := set(values) - set(CHANGES):
        raise TypeError(f"change() got {unknown}")
    for part in values:
        permit(actor, verb or CHANGES[part], organization)
    current = organization.latest_placement()
    if current is None or current.until is not None:
        raise Refused(
            what="没有变更",
            why=f"“{organization}”已撤销",
            mend="请先更正撤销日期",
            code="organizations.dissolved",
        )
    before = snapshot(current)
    if since < current.since:
        raise Refused(
            what="没有变更",
            why=f"最近一次变更是 {current.since}，新的变更不能早于它",
            mend="请改日期，或更正最近一次变更",
            code="organizations.change_too_early",
        )
    wanted: dict[str, Any] = {
        "parent": current.parent,
        "kind": current.kind,
        "category": current.category,
        "name": current.name,
    }
    wanted |= values
    wanted["name"] = _check_name(wanted["name"])
    wanted["category"] = wanted["category"] or None
    changed = [part for part in values if wanted[part] != getattr(current, part)]
    if not changed:
        raise Refused(
            what="没有变更",
            why="填写的内容与现在的一样",
            mend="如无变化，不必保存",
            code="organizations.unchanged",
        )
    parent = wanted["parent"]
    if "parent" in changed and parent is not None:
        permit(actor, verb or CHANGES["parent"], parent)
    parents = dict(Placement.objects.filter(in_force(since)).values_list("organization_id", "parent_id"))
    if rules.would_close_a_circle(organization.pk, parent.pk if parent else None, parents):
        raise Refused(
            what="没有变更",
            why=f"“{parent}”就在“{organization}”之下",
            mend="请另选上级",
            code="organizations.circle",
        )
    _check_place(wanted["kind"], parent, since)
    for below in Placement.objects.filter(in_force(since), parent=organization):
        if not rules.may_stand_below(below.kind, wanted["kind"]):
            raise Refused(
                what="没有变更",
                why=f"其下还有{_kind_title(below.kind)}“{below.name}”",
                mend="请先调整下级",
                code="organizations.wrong_place",
            )
    touched = {organization.pk, current.parent_id, parent.pk if parent else None} - {None}
    done = verb or CHANGES[changed[0]]
    if since == current.since:
        # The same day: the row itself was not right.
        for part, value in wanted.items():
            setattr(current, part, value)
        current.save()
        log(actor, done, current, before=before, after=snapshot(current), organizations=touched)
        return current
    current.until = since
    current.save(update_fields=["until"])
    new = Placement.objects.create(organization=organization, since=since, **wanted)
    log(actor, done, current, before=before, after=snapshot(current), organizations=touched)
    log(actor, done, new, before=None, after=snapshot(new), organizations=touched)
    return new


@action("organizations.describe")
def describe(*, actor: Account, organization: Organization, **values: Any) -> Organization:
    """Change what has no dates: number, short_name, phone, founded."""
    permit(actor, "organizations.describe", organization)
    if unknown := set(values) - {"number", "short_name", "phone", "founded"}:
        raise TypeError(f"describe() got {unknown}")
    before = snapshot(organization)
    for name, value in values.items():
        setattr(organization, name, value)
    organization.save(update_fields=[*values, COLUMN])
    log(
        actor,
        "organizations.describe",
        organization,
        before=before,
        after=snapshot(organization),
        organizations=[organization],
    )
    return organization


DISSOLVE = "organizations.dissolve"


@action(DISSOLVE)
def dissolve(*, actor: Account, organization: Organization, until: date, verb: str = DISSOLVE) -> Placement:
    """Dissolve (撤销): from `until` on it no longer stands.

    Refused while it has organizations below it or members then. `verb`: with which right it is done.
    """
    permit(actor, verb, organization)
    current = organization.latest_placement()
    if current is None or current.until is not None or until <= current.since:
        raise Refused(
            what="没有撤销",
            why=f"“{organization}”已撤销，或日期不晚于最近一次变更",
            mend="请核对日期",
            code="organizations.dissolve_date",
        )
    if Placement.objects.filter(in_force(until), parent=organization).exists():
        raise Refused(
            what="没有撤销",
            why="其下还有党组织",
            mend="请先改隶或撤销下级",
            code="organizations.has_children",
        )
    if organization.memberships.filter(in_force(until)).exists():
        raise Refused(
            what="没有撤销",
            why="还有党员的组织关系在此",
            mend="请先转出全部党员",
            code="organizations.has_members",
        )
    before = snapshot(current)
    current.until = until
    current.save(update_fields=["until"])
    log(
        actor,
        verb,
        current,
        before=before,
        after=snapshot(current),
        organizations=[one for one in (organization.pk, current.parent_id) if one],
    )
    return current
