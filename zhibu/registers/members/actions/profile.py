"""The writers of a person's profile: put on the roll, change, look at in full, forget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from zhibu.access import Refused, action, log, permit, renew, sealing, snapshot
from zhibu.access.accounts import permit_numbers
from zhibu.access.models import Account
from zhibu.registers.intervals import in_force
from zhibu.registers.members import forgetting, names, rules
from zhibu.registers.members.actions.belonging import join
from zhibu.registers.members.models import SEALED_WITH, Category, Destruction, Member, Status
from zhibu.registers.members.profile import PLAIN, PROFILE, SEALED
from zhibu.registers.organizations.models import Organization


def fill(member: Member, values: Mapping[str, Any], today: date) -> None:
    """Put profile values (plain and sealed) into a member. Raises Refused. Does not save.

    Only what is wrong about a field that changes is refused: what an officer once let pass in an import
    (docs/user/roster.md) does not stand in the way of another field.
    """
    if unknown := set(values) - set(PROFILE):
        raise TypeError(f"fill() got {unknown}")
    earlier = member.sensitive
    before = {name: getattr(member, name) for name in PLAIN} | earlier
    for name in PLAIN:
        if name in values:
            value = values[name]
            setattr(member, name, value.strip() if isinstance(value, str) else value)
    member.number = member.number or None
    if not member.name:
        raise Refused(what="没有保存", why="姓名是空的", mend="请填写姓名", code="members.no_name")
    if "name" in values:
        member.pinyin, member.initials = names.pinyin(member.name), names.initials(member.name)
    sensitive = earlier | {name: str(values[name] or "").strip() for name in SEALED if name in values}
    if "id_number" in values:
        sensitive["id_number"] = "".join(sensitive["id_number"].split()).upper()
    after = {name: getattr(member, name) for name in PLAIN} | sensitive
    _check(member, sensitive, {name for name in values if before.get(name) != after.get(name)}, today)
    number = sensitive.get("id_number", "")
    member.id_number_index = sealing.index(number) if number else None
    if any(name in values for name in SEALED):
        kept = {name: text for name, text in sensitive.items() if text}
        member.sealed = sealing.sealed(SEALED_WITH, member.id, kept) if kept else None


def _check(member: Member, sensitive: Mapping[str, str], changed: Iterable[str], today: date) -> None:
    faults = rules.profile_faults(
        today=today,
        sex=member.sex,
        born=member.born,
        applied=member.applied,
        joined=member.joined,
        confirmed=member.confirmed,
        lost_since=member.lost_since,
        id_number=sensitive.get("id_number", ""),
    )
    touched = [fault for fault in faults if not set(fault.about).isdisjoint(changed)]
    if touched:
        raise Refused(
            what=f"{member.name} 的信息没有保存",
            why="；".join(fault.why for fault in touched),
            mend="；".join(dict.fromkeys(fault.mend for fault in touched)),
            code=touched[0].code,
        )


def check_alone(member: Member) -> None:
    """Refused where another person has the same identity or staff number."""
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


def put_on_roll(
    actor: Account,
    verb: str,
    organization: Organization | None,
    today: date,
    profile: Mapping[str, Any],
    identity: str | None = None,
) -> Member:
    """A new person, checked, saved and logged. Inside an action, which says where the person belongs."""
    member = Member()
    if identity is not None:
        member.id = identity
    fill(member, profile, today)
    check_alone(member)
    member.save(force_insert=True)
    places = [organization] if organization else []
    log(actor, verb, member, before=None, after=snapshot(member), organizations=places, members=[member])
    return member


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
    """Put a person on the roll, belonging to `organization` from `since`; with None, a person who belongs
    nowhere (a leader who is no member).
    """
    permit(actor, "members.add", organization)
    member = put_on_roll(actor, "members.add", organization, today, profile, identity)
    if organization is not None:
        belonging = {"status": status, "category": category, "reason": reason}
        join(actor, "members.add", member, organization, since, today, **belonging)
    return member


@action("members.change")
def change_profile(*, actor: Account, member: Member, today: date, **profile: Any) -> Member:
    """Change profile fields, plain or sealed."""
    permit(actor, "members.change", member=member)
    renew(member)
    before, number = member.snapshot(), member.number
    fill(member, profile, today)
    check_alone(member)
    if member.number != number:
        permit_numbers(actor, [member])
    member.save()
    log(
        actor,
        "members.change",
        member,
        before=before,
        after=member.snapshot(),
        organizations=member.places_on(today),
        members=[member],
    )
    return member


@action("members.unmask")
def unmask(*, actor: Account, member: Member) -> dict[str, str]:
    """The sealed fields in full. That they were looked at stands in the log."""
    permit(actor, "members.unmask", member=member)
    log(actor, "members.unmask", member, before=None, after=None, members=[member])
    return member.sensitive


@action("members.forget")
def forget(*, actor: Account, member: Member, reason: str, today: date) -> None:
    """Destroy what is personal of someone who belongs nowhere any more: the key, the name, the profile, the words
    and files of the records about them.

    The rows that tie events to an anonymous id stay, so that past findings do not change. Cannot be undone.
    """
    permit(actor, "members.forget", member=member)
    if Destruction.objects.filter(member=member).exists():
        raise Refused(
            what="没有销毁", why="个人信息已经销毁", mend="无须再次办理", code="members.forgotten_already"
        )
    if not reason.strip():
        raise Refused(what="没有销毁", why="没有写依据", mend="请写明依据", code="members.no_reason")
    if member.name in reason or (member.number and member.number in reason):
        raise Refused(
            what="没有销毁",
            why="依据里有本人的姓名或学工号，销毁后仍会留下",
            mend="请只写批准文号、事由，如“本人书面申请，校党〔2026〕8号”",
            code="members.reason_names",
        )
    if member.places_on(today) or member.posts.filter(in_force(today)).exists():
        raise Refused(
            what="没有销毁",
            why=f"{member.name} 的组织关系、入党申请或职务还在",
            mend="请先办理转出、结束申请、免职",
            code="members.still_here",
        )
    for name in PLAIN:
        value: Any = False if name in ("suspended", "lost", "floating") else ""
        setattr(member, name, None if Member._meta.get_field(name).null else value)
    member.name, member.pinyin, member.initials = "（已销毁）", "", ""
    member.sealed, member.id_number_index = None, None
    member.save()
    forgetting.destroy_words(member)
    sealing.destroy(SEALED_WITH, member.pk)
    for account in Account.objects.filter(member=member):
        # The name to sign in with is usually the 学工号; what the log keeps of the account is sealed with its key.
        account.username, account.name, account.is_active = (
            f"destroyed-{account.pk}"[:60],
            "（已销毁）",
            False,
        )
        account.save(update_fields=["username", "name", "is_active"])
        sealing.destroy(Account._meta.label_lower, account.pk)
    log(actor, "members.forget", member, before=None, after=None, members=[member])
    ground = Destruction.objects.create(member=member, day=today, reason=reason.strip())
    log(actor, "members.forget", ground, before=None, after=snapshot(ground), members=[member])
