"""How allauth signs in here: accounts come from the roster only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; usernames keep their case."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made from the roster."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No account has an e-mail address, and none is written to."""


def tried_username(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The name that somebody tries to sign in with, for counting wrong passwords: allauth's form calls it `login`.

    Without regard to case, as the account is found.
    """
    name = (credentials or {}).get("username") or request.POST.get("login")
    return str(name).strip().casefold() if name else None
