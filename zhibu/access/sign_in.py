"""How allauth signs in here: accounts come from the roster only."""

from __future__ import annotations

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
