"""Who may do what with an entry: whoever may do the register's verb, or the verb that its kind names (党费).

A kind's own verb is enough for all that is done with an entry, and lets nobody near entries of other kinds.
"""

from __future__ import annotations

from typing import Any

from zhibu.access import permits, scope
from zhibu.access.permission import permit
from zhibu.norm.model import Kind
from zhibu.registers.evidence import kinds
from zhibu.site import packs

READ = "evidence.read"
RECORD = "evidence.record"


def reading() -> tuple[str, ...]:
    """The verbs with which entries are seen: the register's own, then those with which some kinds are."""
    return READ, *kinds.by_read_verb(packs.norm())


def recording() -> tuple[str, ...]:
    """The verbs with which entries are recorded: the register's own, then those that kinds name."""
    named = (kind.verb for kind in kinds.offered(packs.norm()) if kind.verb)
    return RECORD, *dict.fromkeys(named)


def may(reader: Any, verb: str, kind: str, organization: Any = None) -> bool:
    """Whether the reader may do the verb to entries of the kind there; without an organization, anywhere."""
    own = _verb_of(kind)
    return permits(reader, verb, organization) or bool(own) and permits(reader, own, organization)


def require(reader: Any, verb: str, kind: str, organization: Any = None) -> None:
    """Raise NotPermitted unless `may`."""
    if not may(reader, verb, kind, organization):
        permit(reader, _verb_of(kind) or verb, organization)


def where(reader: Any, verb: str, kind: Kind) -> Any:
    """The organizations where the reader may do the verb to entries of the kind."""
    found = scope.organizations(reader, verb)
    return found | scope.organizations(reader, kind.verb) if kind.verb else found


def readable(reader: Any) -> list[Kind]:
    """The kinds of which the reader may see entries, some or all, in the order of the packs' tables."""
    every = kinds.offered(packs.norm())
    if permits(reader, READ):
        return every
    opened = {verb for verb in {kind.read_verb for kind in every} if verb and permits(reader, verb)}
    return [kind for kind in every if kind.read_verb in opened]


def _verb_of(kind: str) -> str:
    found = packs.norm().kinds.get(kind)
    return found.verb if found else ""
