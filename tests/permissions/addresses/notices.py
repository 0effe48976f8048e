"""Addresses of notices. The world's notice was sent by the committee through the branch to its members."""

from __future__ import annotations

from tests.permissions.addresses import (
    ADMINISTRATOR,
    BRANCH,
    EVERYONE,
    MEMBER,
    OFFICER,
    READERS,
    SECRETARY,
    Address,
)

SENDS = OFFICER | SECRETARY
#: The secretary leads the branch, and got it too.
#: Those who see the branch's receipts, and the member who got it.
OVERSEES = ADMINISTRATOR | OFFICER | BRANCH | READERS
SEES = OVERSEES | MEMBER


def _of(name):
    return {
        "own": lambda world: {"identity": getattr(world.own, name).pk},
        "foreign": lambda world: {"identity": getattr(world.foreign, name).pk},
    }


ADDRESSES = {
    "notice_list": Address(EVERYONE),
    "notice_new": Address(SENDS),
    "notice": Address(SEES, **_of("notice")),
    "notice_receipts": Address(OVERSEES, **_of("notice")),
    "notice_file": Address(SEES, **_of("notice_file")),
    "notice_read": Address(MEMBER | SECRETARY, **_of("notice"), post=True),
    "notice_act": Address(MEMBER | SECRETARY, **_of("notice")),
    "notice_enter": Address(SENDS, **_of("receipt")),
    # Drafts, and what was sent, are the sender's: here the branch's.
    "notice_edit": Address(SENDS, **_of("draft")),
    "notice_attach": Address(SENDS, **_of("draft"), post=True),
    "notice_send": Address(SENDS, **_of("draft"), post=True),
    "notice_discard": Address(SENDS, **_of("draft"), post=True),
    "notice_file_remove": Address(SENDS, **_of("draft_file"), post=True),
    # The committee's notice: the secretary of the branch sees it and can neither withdraw it nor urge.
    "notice_withdraw": Address(OFFICER, **_of("notice")),
    "notice_urge": Address(OFFICER, **_of("notice"), post=True),
}
