"""The hash of activation codes."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CodeHasher(PBKDF2PasswordHasher):
    """For random codes of 59 bits, used once within days: few rounds suffice, and a sheet of a
    thousand is made at once.
    """

    algorithm = "zhibu_code"
    iterations = 2000

    def must_update(self, encoded: str) -> bool:
        """Never: a code is used once."""
        return False
