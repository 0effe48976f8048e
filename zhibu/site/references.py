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


#: Gives the kinds of facts that a register has about a record.
Known = Callable[[str], Iterable[str]]

_known: dict[str, list[Known]] = {}


def tell(type: str, give: Known) -> None:
    """Tell which kinds of facts a register has that refer to a record of a type."""
    _known.setdefault(type, []).append(give)


def known(type: str, id: str) -> set[str]:
    """The kinds of facts that other registers have about a record."""
    return {kind for give in _known.get(type, []) for kind in give(id)}
