"""What allauth does to an account stands in the log too."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factor
from django.dispatch import receiver

from zhibu.access.models import Account


def _log(user: Account, verb: str) -> None:
    from zhibu.access import chain
    from zhibu.access.accounts import account_snapshot
    from zhibu.access.writing import action

    @action(verb)
    def note() -> None:
        now = account_snapshot(user)
        chain.log(user, verb, user, before=now, after=now, members=[user.member_id] if user.member_id else [])

    note()


@receiver(account.password_changed)
@receiver(account.password_set)
def password_changed(user: Account, **_: Any) -> None:
    """The own password was changed."""
    _log(user, "access.password")


@receiver(factor.authenticator_added)
@receiver(factor.authenticator_removed)
@receiver(factor.authenticator_reset)
def factor_changed(user: Account, **_: Any) -> None:
    """The second step was set up, taken away, or its codes made anew."""
    _log(user, "access.factor")
