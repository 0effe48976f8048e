"""How allauth signs in here: accounts come from the roster only."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from zhibu.access import keys, sealing


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; usernames keep their case."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made from the roster."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No account has an e-mail address, and none is written to."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What the second step rests on is sealed: neither the database nor a backup gives it away."""

    about = "mfa.authenticator"

    def encrypt(self, text: str) -> str:
        """The secret under a key derived from the master key."""
        key = keys.derived(settings.VAR, "factor")
        return b64encode(sealing.encrypt(key, text.encode(), self.about)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises KeyUnusable under another master key."""
        key = keys.derived(settings.VAR, "factor")
        return sealing.decrypt(key, b64decode(encrypted_text), self.about).decode()


def tried_username(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The name that somebody tries to sign in with, for counting wrong passwords: allauth's form calls it `login`.

    Without regard to case, as the account is found.
    """
    name = (credentials or {}).get("username") or request.POST.get("login")
    return str(name).strip().casefold() if name else None
