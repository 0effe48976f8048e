"""Accounts, activation codes and grants: the writers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q

from zhibu.access import chain, roles
from zhibu.access.models import SYSTEM, Account, Grant
from zhibu.access.permission import permit, permits
from zhibu.access.refusals import NotPermitted, Refused
from zhibu.access.snapshots import snapshot
from zhibu.access.writing import action
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12  # 59 bits
CODE_DAYS = 14
CODE_TRIES = 5


def system_account() -> Account:
    """The deployment's own account: commands and set-up act as it, nobody can sign in as it."""
    account, _ = Account.objects.get_or_create(
        pk=SYSTEM,
        defaults={
            "username": SYSTEM,
            "name": "系统",
            "created": clock.now(),
            "password": make_password(None),
        },
    )
    return account


def account_snapshot(account: Account) -> dict[str, Any]:
    """What the log keeps of an account: never a password or code, not even hashed."""
    return {
        "username": account.username,
        "name": account.name,
        "member_id": account.member_id,
        "is_active": account.is_active,
        "activation_expires": account.activation_expires,
    }


def _home(account: Account) -> list[str]:
    """The organizations of the account's member today."""
    if account.member is None:
        return []
    return account.member.places_on(clock.today())


@action("access.create")
def create_account(*, actor: Account, username: str, name: str = "", member: Member | None = None) -> Account:
    """Make an account without a password; it is entered with an activation code. Refused: username or
    member taken.
    """
    permit(actor, "access.activate", member=member)
    username = username.strip()
    if not username or Account.objects.filter(username__iexact=username).exists():
        raise Refused(
            what=f"用户名“{username}”不能用",
            why="已有账号使用，或为空",
            mend="请换一个用户名，例如学工号",
            code="access.username_taken",
        )
    if member is not None and Account.objects.filter(member=member).exists():
        raise Refused(
            what=f"{member.name} 已有账号",
            why="一人一个账号",
            mend="请在账号列表中为其重发激活码",
            code="access.member_taken",
        )
    account = Account(
        username=username,
        name=name or (member.name if member else ""),
        member=member,
        created=clock.now(),
        password=make_password(None),
    )
    account.save(force_insert=True)
    chain.log(
        actor,
        "access.create",
        account,
        before=None,
        after=account_snapshot(account),
        organizations=_home(account),
        members=[member] if member else [],
    )
    return account


@action("access.activate")
def issue_code(*, actor: Account, account: Account) -> str:
    """A fresh activation code (激活码), valid once for 14 days; the one before is void.

    Given back only here, kept hashed.
    """
    permit(actor, "access.activate", member=account.member)
    _below_oneself(actor, account)
    before = account_snapshot(account)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    # A code of 59 random bits needs no slow hash; a slow one would take minutes for a sheet of a thousand.
    account.activation_hash = make_password(code, hasher="zhibu_code")
    account.activation_expires = clock.now() + timedelta(days=CODE_DAYS)
    account.activation_failures = 0
    account.save(update_fields=["activation_hash", "activation_expires", "activation_failures"])
    chain.log(
        actor,
        "access.activate",
        account,
        before=before,
        after=account_snapshot(account),
        organizations=_home(account),
        members=[account.member_id] if account.member_id else [],
    )
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def _bad_code() -> Refused:
    return Refused(
        what="没有激活成功",
        why="用户名或激活码不对，或激活码已用过、已过期",
        mend="请核对激活单；仍不行时请组织部重发激活码",
        code="access.code_wrong",
    )


def activate(*, username: str, code: str, password: str) -> Account:
    """Set the first password with the code. Raises Refused; five wrong codes make the code void."""
    account = Account.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if account is None or not account.activation_hash:
        make_password(code, hasher="zhibu_code")  # takes as long as for one that exists
        raise _bad_code()
    bare = code.upper().replace("-", "").replace(" ", "")
    expired = account.activation_expires is None or account.activation_expires <= clock.now()
    if (
        expired
        or account.activation_failures >= CODE_TRIES
        or not check_password(bare, account.activation_hash)
    ):
        # Outside of the action: a wrong try is counted even though nothing else is written.
        account.activation_failures += 1
        account.save(update_fields=["activation_failures"])
        raise _bad_code()
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused(
            what="密码不能用",
            why="；".join(message.rstrip("。") for message in error.messages),
            mend="请换一个密码",
            code="access.password_weak",
        ) from error
    return _enter(actor=account, code=bare, password=password)


@action("access.entered")
def _enter(*, actor: Account, code: str, password: str) -> Account:
    account = Account.objects.select_for_update().get(pk=actor.pk)
    if not account.activation_hash or not check_password(code, account.activation_hash):
        raise _bad_code()
    before = account_snapshot(account)
    account.set_password(password)
    account.activation_hash, account.activation_expires, account.activation_failures = "", None, 0
    account.save()
    chain.log(actor, "access.entered", account, before=before, after=account_snapshot(account))
    return account


@action("access.switch")
def set_active(*, actor: Account, account: Account, active: bool) -> None:
    """Stop an account, or let it in again."""
    permit(actor, "access.switch", member=account.member)
    _below_oneself(actor, account)
    if account.pk in (actor.pk, SYSTEM):
        raise Refused(
            what="不能停用这个账号",
            why="不能停用自己或系统账号",
            mend="请由另一位管理员办理",
            code="access.own_account",
        )
    before = account_snapshot(account)
    account.is_active = active
    account.save(update_fields=["is_active"])
    chain.log(actor, "access.switch", account, before=before, after=account_snapshot(account))


def _below_oneself(actor: Account, account: Account) -> None:
    """Whoever may not give a role may not take over an account that has it."""
    for grant in Grant.objects.filter(account=account):
        if not may_give(actor, grant.role, grant.organization):
            raise NotPermitted(
                what=f"不能办理 {account} 的账号",
                why="该账号的角色不在您可授予的范围内",
                mend="请由系统管理员办理",
                code="access.above_oneself",
            )


def permit_numbers(actor: Account, members: Iterable[Member]) -> None:
    """Whoever could not issue a code for a person's account may not change the 学工号: the campus signs in by it.

    Raises Refused.
    """
    accounts = Account.objects.filter(member__in=list(members)).select_related("member")
    for account in accounts.prefetch_related("grants__organization"):
        given = all(may_give(actor, one.role, one.organization) for one in account.grants.all())
        if not (given and permits(actor, "access.activate", member=account.member)):
            raise Refused(
                what=f"{account.member} 的学工号没有改",
                why="本人已有账号，统一身份认证按学工号登录，改了就等于换人登录",
                mend="请党委组织部或系统管理员核对后修改；其他各项可以照常保存",
                code="access.number_signs_in",
            )


def may_give(actor: Account, role: str, organization: Organization) -> bool:
    """True when the actor may give `role` there: administrators any, officers all but administrator
    and auditor.
    """
    if not permits(actor, "access.grant", organization):
        return False
    return role not in ("administrator", "auditor") or permits(actor, "access.grant_any", organization)


@action("access.grant")
def grant(
    *,
    actor: Account,
    account: Account,
    role: str,
    organization: Organization,
    since: date,
    until: date | None = None,
) -> Grant:
    """Give a role at an organization and all below it, [since, until). Refused: unknown role, wrong
    kind of organization.
    """
    permit(actor, "access.grant", organization)
    if role not in roles.ROLES:
        raise Refused(
            what="没有授权", why=f"没有“{role}”这个角色", mend="请从列表中选", code="access.role_unknown"
        )
    if not may_give(actor, role, organization):
        raise NotPermitted(
            what=f"不能授予“{roles.ROLES[role].title}”",
            why="这个角色只能由系统管理员授予",
            mend="请联系系统管理员",
            code="access.above_oneself",
        )
    placement = organization.latest_placement()
    if placement is None or placement.kind not in roles.ROLES[role].kinds:
        raise Refused(
            what="没有授权",
            why=f"“{roles.ROLES[role].title}”不能授在“{organization}”这一级",
            mend="请选相应的党组织",
            code="access.role_place",
        )
    same = Grant.objects.filter(account=account, role=role, organization=organization)
    if same.filter(Q(until__isnull=True) | Q(until__gt=since), **({"since__lt": until} if until else {})):
        raise Refused(
            what="没有授权",
            why=f"{account} 这段时间已有“{roles.ROLES[role].title}”",
            mend="无须再授；要改日期，请先收回原来的授权",
            code="access.granted_already",
        )
    given = Grant.objects.create(
        account=account, role=role, organization=organization, since=since, until=until
    )
    _log_grant(actor, "access.grant", given, None)
    return given


@action("access.revoke")
def revoke(*, actor: Account, given: Grant, until: date) -> None:
    """End a grant on `until` (from that day on it no longer holds); one that had not begun is taken
    back altogether.
    """
    permit(actor, "access.grant", given.organization)
    if not may_give(actor, given.role, given.organization):
        raise NotPermitted(
            what="不能收回这项授权",
            why="这个角色只能由系统管理员收回",
            mend="请联系系统管理员",
            code="access.above_oneself",
        )
    _keep_an_administrator(actor, given, until)
    before = snapshot(given)
    if until <= given.since:
        chain.log(
            actor, "access.revoke", given, before=before, after=None, organizations=[given.organization_id]
        )
        given.delete()
        return
    given.until = until
    given.save(update_fields=["until"])
    _log_grant(actor, "access.revoke", given, before)


def _keep_an_administrator(actor: Account, given: Grant, until: date) -> None:
    """Refused for the last grant of the administrator's role at a committee: nobody could give it again."""
    if given.role != "administrator" or actor.is_system or not given.holds(until):
        return
    others = Grant.objects.filter(
        in_force(until), role=given.role, organization=given.organization_id, account__is_active=True
    )
    if not others.exclude(account=given.account_id).exists():
        raise Refused(
            what="没有收回授权",
            why=f"这是“{given.organization}”最后一名系统管理员，收回后没有人能再授权",
            mend="请先授予另一个账号系统管理员，再收回这一项",
            code="access.last_administrator",
        )


def _log_grant(actor: Account, verb: str, given: Grant, before: dict[str, Any] | None) -> None:
    member = given.account.member_id
    chain.log(
        actor,
        verb,
        given,
        before=before,
        after=snapshot(given),
        organizations=[given.organization_id],
        members=[member] if member else [],
    )
