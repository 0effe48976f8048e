"""May this account do this here?"""

from __future__ import annotations

from typing import Any

from zhibu.access import scope, verbs
from zhibu.access.models import Account
from zhibu.access.refusals import NotPermitted


def permits(account: Any, verb: str, organization: Any = None, member: Any = None) -> bool:
    """True when a grant in force today lets the account do `verb` there.

    `organization`, `member`: records or ids; with neither, whether it may do so anywhere; with both, to both.
    """
    if not isinstance(account, Account) or not account.is_active:
        return False
    if account.is_system:
        return True
    if organization is None and member is None:
        return bool(scope.roots(account, verb)) or scope.owns(account, verb)
    if organization is not None:
        where = getattr(organization, "pk", organization)
        if where not in scope.reachable(account, verb):
            return False
    if member is not None:
        who = getattr(member, "pk", member)
        if not (who == account.member_id and scope.owns(account, verb)):
            return scope.reaches(account, verb, who)
    return True


def permit(account: Any, verb: str, organization: Any = None, member: Any = None) -> None:
    """Raise NotPermitted unless `permits`."""
    if permits(account, verb, organization, member):
        return
    where = f"在“{organization}”" if organization is not None else ""
    raise NotPermitted(
        what=f"不能{where}办理此事",
        why=f"您的角色不包括“{verbs.title(verb)}”",
        mend="如工作需要，请联系党委组织部或系统管理员授权",
        code="access.not_permitted",
    )
