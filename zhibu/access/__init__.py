"""Who may do what, where; and the log of every write.

The names below are what the other rooms use; they are fetched on first use, as Django's models are not
ready while the apps are being loaded.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhibu.access.accounts import system_account
    from zhibu.access.chain import Entry, log, log_many
    from zhibu.access.permission import permit, permits
    from zhibu.access.refusals import NotPermitted, Refused
    from zhibu.access.snapshots import renew, snapshot
    from zhibu.access.writing import action

__all__ = [
    "Entry",
    "NotPermitted",
    "Refused",
    "action",
    "log",
    "log_many",
    "permit",
    "permits",
    "renew",
    "snapshot",
    "system_account",
]

_HOMES = {
    "Entry": "chain",
    "NotPermitted": "refusals",
    "Refused": "refusals",
    "action": "writing",
    "log": "chain",
    "log_many": "chain",
    "permit": "permission",
    "permits": "permission",
    "renew": "snapshots",
    "snapshot": "snapshots",
    "system_account": "accounts",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
