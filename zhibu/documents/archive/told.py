"""What stands behind a fact beside its days and amount, whichever register keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: Ids are asked for in lots of so many, below every database's bound of parameters.
LOT = 5_000


#: What is seen of an entry in its fact: kind, organization, member, day, amount, reference.
Seen = tuple[object, ...]


@dataclass(frozen=True)
class Original:
    """An attached file: its own name, and the hash under which it is kept."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True)
class Told:
    """What the record behind a fact says beside it: what it refers to, remarks, where the paper lies, its files."""

    about: str = ""
    note: str = ""
    kept_at: str = ""
    originals: tuple[Original, ...] = ()


def lots(ids: Iterable[str]) -> Iterable[list[str]]:
    """The ids in lots."""
    ordered = sorted(ids)
    return [ordered[start : start + LOT] for start in range(0, len(ordered), LOT)]


def original(file: Any) -> Original:
    """An attachment of any register."""
    return Original(file.name, file.digest, file.size)


def joined(*parts: str) -> str:
    """The parts that say something, in one sentence."""
    return "，".join(part for part in parts if part)
