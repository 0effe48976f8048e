"""Addresses of the calendar and its feeds.

A feed's own address is public by its secret: whoever has it reads it, signed in or not.
"""

from __future__ import annotations

from tests.permissions.addresses import APPLICANT, EVERYONE, GROUP_LEADER, MEMBER, MONEY, Address

READS = EVERYONE - APPLICANT


def _activity(side):
    return lambda world: {"identity": getattr(world, side).activity.pk}


def _feed(side):
    return lambda world: {"identity": getattr(world, side).feed.pk}


ADDRESSES = {
    "calendar:calendar": Address(READS),
    "calendar:activity": Address(READS - MONEY - GROUP_LEADER, _activity("own"), _activity("foreign")),
    "calendar:feeds": Address(READS),
    "calendar:feed_add": Address(READS),
    # The member's own; nobody else's is found, whatever the role.
    "calendar:feed_revoke": Address(MEMBER, _feed("own"), _feed("foreign"), post=True),
    "calendar:feed": Address(EVERYONE, lambda world: {"secret": world.own.feed_secret}, public=True),
}
