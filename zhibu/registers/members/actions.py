"""The writers of members: add, change the profile, transfer, confirm, change category, leave, forget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhibu.access import Refused, action, log, permit, sealing, snapshot
from zhibu.access.models import Account
from zhibu.registers.intervals import in_force
from zhibu.registers.members import names, rules
from zhibu.registers.members.models import SEALED, SEALED_WITH, Category, Member, Membership, Status
from zhibu.registers.organizations.models import Organization

#: The plain fields of a profile that may be written.
PROFILE = (
    "number",
    "name",
    "sex",
    "ethnicity",
    "born",
    "native_place",
    "education",
    "degree",
    "school",
    "subject",
    "work_post",
    "technical_post",
    "applied",
    "joined",
    "confirmed",
    "suspended",
    "lost",
    "lost_since",
    "lost_how",
    "floating",
    "floating_to",
)
#: Kinds of organization to which a membership belongs.
BELONGS_TO = ("branch", "general_branch", "committee")


def fill(member: Member, values: Mapping[str, Any], today: date) -> None:
    """Put profile values (plain and sealed) into a member, checked as a whole. Raises Refused.

    Does not save. Used for one member and, by the import, for many.
    """
    if unknown := set(values) - set(PROFILE) - set(SEALED):
        raise TypeError(f"fill() got {unknown}")
    for field in PROFILE:
        if field in values:
            value = values[field]
            setattr(member, field, value.strip() if isinstance(value, str) else value)
    member.number = member.number or None
    if not member.name:
        raise Refused(what="没有保存", why="姓名是空的", mend="请填写姓名", code="members.no_name")
    if "name" in values:
        member.pinyin, member.initials = names.pinyin(member.name), names.initials(member.name)
    sensitive = member.sensitive | {
        name: str(values[name] or "").strip() for name in SEALED if name in values
    }
    if "id_number" in values:
        sensitive["id_number"] = "".join(sensitive["id_number"].split()).upper()
    faults = rules.profile_faults(
        today=today,
        sex=member.sex,
        born=member.born,
        joined=member.joined,
        confirmed=member.confirmed,
        lost_since=member.lost_since,
        id_number=sensitive.get("id_number", ""),
    )
    if faults:
        first = faults[0]
        raise Refused(
            what=f"{member.name} 的信息没有保存",
            why="；".join(fault.why for fault in faults),
            mend="；".join(dict.fromkeys(fault.mend for fault in faults)),
            code=first.code,
        )
    number = sensitive.get("id_number", "")
    member.id_number_index = sealing.index(number) if number else None
    if any(name in values for name in SEALED):
        kept = {name: text for name, text in sensitive.items() if text}
        member.sealed = sealing.sealed(SEALED_WITH, member.id, kept) if kept else None


def _check_alone(member: Member) -> None:
    others = Member.objects.exclude(pk=member.pk)
    if member.id_number_index and others.filter(id_number_index=member.id_number_index).exists():
        raise Refused(
            what=f"{member.name} 没有保存",
            why="这个公民身份证号已有人登记",
            mend="如是同一人，请转接组织关系，不要新增；否则请核对身份证号",
            code="members.id_taken",
        )
    if member.number and others.filter(number=member.number).exists():
        raise Refused(
            what=f"{member.name} 没有保存",
            why=f"学工号 {member.number} 已有人使用",
            mend="请核对学工号",
            code="members.number_taken",
        )


def _check_place(organization: Organization, day: date) -> None:
    placement = organization.placement_on(day)
    if placement is None or placement.kind not in BELONGS_TO:
        raise Refused(
            what="没有保存",
            why=f"“{organization}”在 {day} 还没有设立、已撤销，或是党小组",
            mend="请选党支部，或改日期",
            code="members.wrong_place",
        )


def _join(
    actor: Account,
    verb: str,
    member: Member,
    organization: Organization,
    since: date,
    today: date,
    **values: Any,
) -> Membership:
    _check_place(organization, since)
    spans = Membership.objects.filter(member=member).values_list("since", "until")
    if rules.overlap(since, None, spans):
        raise Refused(
            what=f"{member.name} 的组织关系没有保存",
            why=f"{since} 起已在别的党组织",
            mend="一名党员只在一个支部：请用转接，或改日期",
            code="members.two_places",
        )
    row = Membership.objects.create(
        member=member, organization=organization, since=since, recorded=today, **values
    )
    log(actor, verb, row, before=None, after=snapshot(row), organizations=[organization], members=[member])
    return row


def _end(actor: Account, verb: str, row: Membership, until: date) -> None:
    before = snapshot(row)
    row.until = until
    row.save(update_fields=["until"])
    log(
        actor,
        verb,
        row,
        before=before,
        after=snapshot(row),
        organizations=[row.organization_id],
        members=[row.member_id],
    )


def current(member: Member) -> Membership:
    """The membership that has no end. Raises Refused when there is none."""
    row = member.memberships.filter(until__isnull=True).order_by("-since").first()
    if row is None:
        raise Refused(
            what=f"{member.name} 没有办理",
            why="其组织关系不在任何支部",
            mend="请先转入",
            code="members.nowhere",
        )
    return row


@action("members.add")
def add(
    *,
    actor: Account,
    organization: Organization | None,
    since: date,
    today: date,
    status: str = Status.FULL,
    category: str = Category.STAFF,
    reason: str = "",
    identity: str | None = None,
    **profile: Any,
) -> Member:
    """Put a person on the roll, belonging to `organization` from `since`; with None, a person without
    a membership.
    """
    permit(actor, "members.add", organization)
    member = Member()
    if identity is not None:
        member.id = identity
    fill(member, profile, today)
    _check_alone(member)
    member.save(force_insert=True)
    log(
        actor,
        "members.add",
        member,
        before=None,
        after=snapshot(member),
        organizations=[organization] if organization else [],
        members=[member],
    )
    if organization is not None:
        _join(
            actor,
            "members.add",
            member,
            organization,
            since,
            today,
            status=status,
            category=category,
            reason=reason,
        )
    return member


@action("members.change")
def change_profile(*, actor: Account, member: Member, today: date, **profile: Any) -> Member:
    """Change profile fields, plain or sealed."""
    permit(actor, "members.change", member=member)
    before = member.snapshot()
    fill(member, profile, today)
    _check_alone(member)
    member.save()
    log(
        actor,
        "members.change",
        member,
        before=before,
        after=member.snapshot(),
        organizations=_places(member, today),
        members=[member],
    )
    return member


def _places(member: Member, day: date) -> list[str]:
    return list(member.memberships_on(day).values_list("organization_id", flat=True))


@action("members.transfer")
def transfer(
    *, actor: Account, member: Member, organization: Organization, since: date, today: date, reason: str = ""
) -> Membership:
    """Transfer (转接) to another organization of this deployment: the membership there begins the day
    the one here ends.
    """
    row = current(member)
    permit(actor, "members.transfer", row.organization)
    permit(actor, "members.transfer", organization)
    if organization.pk == row.organization_id:
        raise Refused(
            what=f"{member.name} 没有转接",
            why=f"组织关系已在“{organization}”",
            mend="请选转入的支部",
            code="members.same_place",
        )
    _check_after(row, since)
    _end(actor, "members.transfer", row, since)
    return _join(
        actor,
        "members.transfer",
        member,
        organization,
        since,
        today,
        status=row.status,
        category=row.category,
        reason=reason,
    )


@action("members.transfer")
def transfer_in(
    *,
    actor: Account,
    member: Member,
    organization: Organization,
    since: date,
    today: date,
    status: str = Status.FULL,
    category: str = Category.STAFF,
    reason: str = "",
) -> Membership:
    """Take in (转入) a person already on the roll who belongs nowhere at present."""
    permit(actor, "members.transfer", organization)
    return _join(
        actor,
        "members.transfer",
        member,
        organization,
        since,
        today,
        status=status,
        category=category,
        reason=reason,
    )


@action("members.leave")
def leave(*, actor: Account, member: Member, until: date, reason: str) -> Membership:
    """End the membership (转出、出党、去世): from `until` on the person belongs nowhere here.

    The reason is kept.
    """
    row = current(member)
    permit(actor, "members.leave", row.organization)
    _check_after(row, until)
    if not reason.strip():
        raise Refused(
            what="没有办理", why="没有写原因", mend="请写转出去向或其他原因", code="members.no_reason"
        )
    before = snapshot(row)
    row.until, row.reason = until, reason.strip()
    row.save(update_fields=["until", "reason"])
    log(
        actor,
        "members.leave",
        row,
        before=before,
        after=snapshot(row),
        organizations=[row.organization_id],
        members=[member],
    )
    return row


def _check_after(row: Membership, day: date) -> None:
    if day <= row.since:
        raise Refused(
            what="没有办理",
            why=f"日期须晚于这段组织关系的开始（{row.since}）",
            mend="请改日期；如原来的开始日期有误，请先更正",
            code="members.too_early",
        )


def _turn(actor: Account, verb: str, member: Member, since: date, today: date, **values: str) -> Membership:
    row = current(member)
    permit(actor, verb, row.organization)
    if all(getattr(row, name) == value for name, value in values.items() if name != "reason"):
        raise Refused(
            what=f"{member.name} 没有变更",
            why="与现在的一样",
            mend="如无变化，不必保存",
            code="members.unchanged",
        )
    _check_after(row, since)
    _end(actor, verb, row, since)
    kept = {"status": row.status, "category": row.category} | values
    return _join(actor, verb, member, row.organization, since, today, **kept)


@action("members.confirm")
def confirm(*, actor: Account, member: Member, since: date, today: date) -> Membership:
    """A probationary member becomes a full one (转正) on `since`; the profile's date of confirmation
    follows.
    """
    row = _turn(actor, "members.confirm", member, since, today, status=Status.FULL, reason="转正")
    before = member.snapshot()
    member.confirmed = since
    member.save(update_fields=["confirmed"])
    log(
        actor,
        "members.confirm",
        member,
        before=before,
        after=member.snapshot(),
        organizations=[row.organization_id],
        members=[member],
    )
    return row


@action("members.recategorise")
def change_category(
    *, actor: Account, member: Member, category: str, since: date, today: date, reason: str = ""
) -> Membership:
    """Another category (退休、毕业留校) from `since` on."""
    return _turn(
        actor,
        "members.recategorise",
        member,
        since,
        today,
        category=category,
        reason=reason or Category(category).label,
    )


@action("members.correct")
def correct(
    *,
    actor: Account,
    row: Membership,
    since: date,
    until: date | None,
    status: str,
    category: str,
    reason: str,
) -> Membership:
    """Correct (更正) a membership that was written wrong. The reason stands in the log."""
    permit(actor, "members.correct", row.organization)
    if not reason.strip():
        raise Refused(what="没有更正", why="没有写更正原因", mend="请写明原因", code="members.no_reason")
    if until is not None and until <= since:
        raise Refused(what="没有更正", why="结束日期不晚于开始日期", mend="请改正日期", code="members.span")
    others = Membership.objects.filter(member=row.member_id).exclude(pk=row.pk).values_list("since", "until")
    if rules.overlap(since, until, others):
        raise Refused(
            what="没有更正",
            why="与另一段组织关系的日期重叠",
            mend="请先更正另一段，或改日期",
            code="members.two_places",
        )
    before = snapshot(row)
    row.since, row.until, row.status, row.category = since, until, status, category
    row.save(update_fields=["since", "until", "status", "category"])
    log(
        actor,
        "members.correct",
        row,
        before=before,
        after=(snapshot(row) or {}) | {"reason_of_correction": reason.strip()},
        organizations=[row.organization_id],
        members=[row.member_id],
    )
    return row


@action("members.unmask")
def unmask(*, actor: Account, member: Member) -> dict[str, str]:
    """The sealed fields in full. That they were looked at stands in the log."""
    permit(actor, "members.unmask", member=member)
    log(actor, "members.unmask", member, before=None, after=None, members=[member])
    return member.sensitive


@action("members.forget")
def forget(*, actor: Account, member: Member, reason: str, today: date) -> None:
    """Destroy what is personal of someone who belongs nowhere any more: the key, the name, the profile.

    The rows that tie events to an anonymous id stay, so that past findings do not change. Cannot be undone.
    """
    permit(actor, "members.forget", member=member)
    if not reason.strip():
        raise Refused(what="没有销毁", why="没有写依据", mend="请写明依据", code="members.no_reason")
    if member.memberships_on(today).exists() or member.posts.filter(in_force(today)).exists():
        raise Refused(
            what="没有销毁",
            why=f"{member.name} 的组织关系或职务还在",
            mend="请先办理转出、免职",
            code="members.still_here",
        )
    for field in PROFILE:
        value: Any = False if field in ("suspended", "lost", "floating") else ""
        setattr(member, field, None if Member._meta.get_field(field).null else value)
    member.name, member.pinyin, member.initials = "（已销毁）", "", ""
    member.sealed, member.id_number_index = None, None
    member.save()
    sealing.destroy(SEALED_WITH, member.pk)
    Account.objects.filter(member=member).update(is_active=False, name="（已销毁）")
    log(actor, "members.forget", member, before=None, after=None, members=[member])
