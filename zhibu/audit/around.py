"""What lies around a finding: facts that did not count for it, but that a reader will ask about. Pure."""

from __future__ import annotations

from zhibu.norm.model import Norm

#: How many days around a period, or around an anchor, facts are looked for.
AROUND = 45


def kindred(norm: Norm, kinds: frozenset[str]) -> tuple[str, ...]:
    """The kinds that could have been meant: of the same stem and register, and not themselves counted."""
    stems = {(kind.partition(".")[0], norm.kinds[kind].register) for kind in kinds}
    members = {norm.kinds[kind].member for kind in kinds}
    return tuple(
        kind
        for kind, found in norm.kinds.items()
        if kind not in kinds
        and found.type != "derived"
        and found.member in members
        and (kind.partition(".")[0], found.register) in stems
    )
