"""Addresses of evidence."""

from __future__ import annotations

from tests.permissions.addresses import (
    ADMINISTRATOR,
    APPLICANT,
    BRANCH,
    GROUP_LEADER,
    MEMBER,
    OFFICER,
    READERS,
    Address,
)

WRITES = OFFICER | BRANCH
#: A member and an applicant see their own entries only.
LISTS = ADMINISTRATOR | WRITES | GROUP_LEADER | MEMBER | APPLICANT | READERS
READS = ADMINISTRATOR | WRITES | READERS


def _of(name):
    return {
        "own": lambda world: {"identity": getattr(world.own, name).pk},
        "foreign": lambda world: {"identity": getattr(world.foreign, name).pk},
    }


def _kind(kind):
    return lambda world: {"kind": kind}


ADDRESSES = {
    "evidence_articles": Address(LISTS),
    "evidence_list": Address(LISTS),
    "evidence_add": Address(WRITES, query=_kind("talk.heart")),
    "evidence_sheet": Address(WRITES, query=_kind("talk.heart")),
    "evidence": Address(READS, **_of("entry")),
    "evidence_correct": Address(WRITES, **_of("entry")),
    "evidence_end": Address(WRITES, **_of("entry")),
    "evidence_withdraw": Address(WRITES, **_of("entry")),
    "evidence_restore": Address(WRITES, **_of("entry"), post=True),
    "evidence_attach": Address(WRITES, **_of("entry"), post=True),
    "evidence_file": Address(READS, **_of("paper")),
    "evidence_file_remove": Address(WRITES, **_of("paper"), post=True),
}
