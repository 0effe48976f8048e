"""What a record may refer to: each register offers its own, so that registers need not know each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Reference(NamedTuple):
    """Something that can be referred to: its id in the facts, and what people call it."""

    id: str
    title: str


#: Gives, for a reader and an organization, what can be referred to, the newest first.
Offer = Callable[[Any, Any], Iterable[Reference]]

_offers: dict[str, Offer] = {}


def offer(type: str, give: Offer) -> None:
    """Offer references of a type, as the tables of kinds call it (activity, case, …)."""
    _offers[type] = give


def offered(type: str, reader: Any, organization: Any) -> list[Reference] | None:
    """What `reader` can refer to at `organization`; None where no register offers that type."""
    give = _offers.get(type)
    return list(give(reader, organization)) if give else None
