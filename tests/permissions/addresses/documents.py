"""Addresses of documents."""

from __future__ import annotations

from tests.permissions.addresses import (
    BRANCH,
    COMMITTEE,
    MEMBER,
    MONEY,
    READERS,
    SECRETARY,
    Address,
)

EXPORT = COMMITTEE | SECRETARY | frozenset({"organization_commissioner", "auditor"})


def _of(side, name, document):
    return lambda world: {"identity": getattr(getattr(world, side), name).pk, "name": document}


ADDRESSES = {
    "documents:organization": Address(
        EXPORT, _of("own", "organization", "members"), _of("foreign", "organization", "members")
    ),
    "documents:member": Address(
        COMMITTEE | BRANCH | MONEY | MEMBER | READERS,
        _of("own", "member", "form"),
        _of("foreign", "member", "form"),
    ),
}
