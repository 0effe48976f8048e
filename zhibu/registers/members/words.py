"""Coded profile fields in words: the code of the official list is kept, the name is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhibu.registers.members.roster.codes.lists import code_list

#: Profile field → the code list whose code it holds.
CODED: Mapping[str, str] = {"ethnicity": "nationality", "education": "education", "work_post": "position"}


def word(field: str, value: Any) -> Any:
    """The name of a coded value, the value itself of any other; also of a text that is none of the codes."""
    if field not in CODED or value in (None, ""):
        return value
    codes = code_list(CODED[field])
    return codes[value].name if value in codes else value


def choices(field: str, known: str = "") -> list[Any]:
    """The list as a form offers it, under its groups; `known` stays offered though it is no code of the list."""
    codes = code_list(CODED[field])
    offered: list[Any] = [("", "未填")]
    if known and known not in codes:
        offered.append((known, known))
    groups: dict[str, list[tuple[str, str]]] = {}
    for code in codes.items:
        groups.setdefault(code.path[-1] if code.path else "", []).append((code.code, code.name))
    for group, items in groups.items():
        offered += [(group.split(" ", 1)[-1], items)] if group else items
    return offered
