"""What every address answers to every role: one file for each room, gathered here.

A file holds `ADDRESSES`: name of the address → `Address`. The sweep asks each address as each role, for an
object of the role's own committee (branch 机电) and for one of another committee. An address of the URLconf
that stands in no file fails the sweep. `NAME#WITH`: the same address asked again with other objects.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: Every role, by what it is given at (tests/permissions/conftest.py).
ADMINISTRATOR = frozenset({"administrator"})
OFFICER = frozenset({"committee_officer"})
SECRETARY = frozenset({"branch_secretary"})
COMMISSIONERS = frozenset({"organization_commissioner", "publicity_commissioner", "discipline_commissioner"})
GROUP_LEADER = frozenset({"group_leader"})
MONEY = frozenset({"dues_accountant", "cashier"})
MEMBER = frozenset({"member"})
APPLICANT = frozenset({"applicant"})
READERS = frozenset({"auditor", "superior"})
COMMITTEE = ADMINISTRATOR | OFFICER
BRANCH = SECRETARY | COMMISSIONERS
EVERYONE = COMMITTEE | BRANCH | GROUP_LEADER | MONEY | MEMBER | APPLICANT | READERS
NOBODY: frozenset[str] = frozenset()

Named = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Address:
    """One address: the roles to whom it opens, and which objects it is tried with.

    `own` and `foreign` give the words of the address from the world of the sweep (fixture `world`): of the
    role's own committee, and of another (None: the address names no object). `query` is added to it.
    `post`: it takes only POST; it is tried with an empty form, so that nothing is written.
    `public`: it opens without signing in. `leads`: it answers everyone allowed with a redirect.
    """

    opens_to: frozenset[str]
    own: Named | None = None
    foreign: Named | None = None
    query: Callable[[Any], Mapping[str, str]] | None = None
    post: bool = False
    public: bool = False


def gathered() -> dict[str, Address]:
    """All addresses; a name that stands in two files is an error."""
    found: dict[str, Address] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        given: dict[str, Address] = importlib.import_module(f"{__name__}.{module.name}").ADDRESSES
        twice = sorted(found.keys() & given.keys())
        if twice:
            raise ValueError(f"listed twice: {twice}")
        found.update(given)
    return found
