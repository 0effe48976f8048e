"""The inbox (收件箱) of every account. Other rooms put a message there with `post`, inside their own action.

from zhibu.inbox import post, settle

post([member], kind="returned", title="学习心得被退回", text=reason, link=address, about=("…", id), sender=actor)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhibu.inbox.posting import post, settle, take_back

__all__ = ["post", "settle", "take_back"]


def __getattr__(name: str) -> Any:
    # Fetched on first use, as Django's models are not ready while the apps are being loaded.
    if name not in __all__:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.posting"), name)
