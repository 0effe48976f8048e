"""Addresses of evidence."""

from __future__ import annotations

from tests.permissions.addresses import (
    ADMINISTRATOR,
    APPLICANT,
    BRANCH,
    MEMBER,
    MONEY,
    OFFICER,
    READERS,
    Address,
)

WRITES = OFFICER | BRANCH
#: A member and an applicant see their own entries only.
LISTS = ADMINISTRATOR | WRITES | MONEY | MEMBER | APPLICANT | READERS
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

ACCOUNTANT = frozenset({"dues_accountant"})
#: With entries of kinds that name a verb of their own: what a member paid, and what is due.
ADDRESSES |= {
    "evidence_add#paid": Address(WRITES | MONEY, query=_kind("dues.paid")),
    "evidence_add#due": Address(WRITES | ACCOUNTANT, query=_kind("dues.due")),
    "evidence_sheet#paid": Address(WRITES | MONEY, query=_kind("dues.paid")),
    "evidence_sheet#due": Address(WRITES | ACCOUNTANT, query=_kind("dues.due")),
    "evidence#paid": Address(READS | MONEY | MEMBER, **_of("paid")),
    "evidence#due": Address(READS | MONEY | MEMBER, **_of("due")),
    **{
        f"evidence_{name}#{entry}": Address(WRITES | who, **_of(entry), post=post)
        for entry, who in (("paid", MONEY), ("due", ACCOUNTANT))
        for name, post in (
            ("correct", False), ("end", False), ("withdraw", False), ("restore", True), ("attach", True),
        )
    },
    "evidence_file#paid": Address(READS | MONEY | MEMBER, **_of("paid_paper")),
    "evidence_file_remove#paid": Address(WRITES | MONEY, **_of("paid_paper"), post=True),
    "evidence_file_remove#due": Address(WRITES | ACCOUNTANT, **_of("due_paper"), post=True),
}  # fmt: skip
