"""A refusal says what, why and how to mend it, and has a stable code."""

from __future__ import annotations


class Refused(Exception):
    """What was asked cannot be done: `what` was refused, `why`, how to `mend` it, a stable `code`."""

    def __init__(self, *, what: str, why: str, mend: str, code: str) -> None:
        super().__init__(f"{what}：{why}。{mend}")
        self.what = what
        self.why = why
        self.mend = mend
        self.code = code


class Gone(Refused):
    """What the address names is not there, or no longer: a duty, kind or reading that no pack has."""


class NotPermitted(Refused):
    """The account has no role that may do this here."""
