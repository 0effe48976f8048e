"""Addresses of the inbox: everyone has one, and nobody sees another's."""

from __future__ import annotations

from tests.permissions.addresses import EVERYONE, MEMBER, Address


def _message(name, **more):
    return {
        "own": lambda world: {"identity": getattr(world.own, name).pk, **more},
        "foreign": lambda world: {"identity": getattr(world.foreign, name).pk, **more},
    }


ADDRESSES = {
    "inbox:index": Address(EVERYONE),
    "inbox:all_read": Address(EVERYONE, post=True),
    # The world's message is the member's: to everyone else it is not there.
    "inbox:open": Address(MEMBER, **_message("message"), post=True),
    "inbox:change": Address(MEMBER, **_message("message", deed="archive"), post=True),
}
