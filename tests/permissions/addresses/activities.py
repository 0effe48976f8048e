"""Addresses of activities."""

from __future__ import annotations

from tests.permissions.addresses import (
    APPLICANT,
    BRANCH,
    EVERYONE,
    GROUP_LEADER,
    MONEY,
    OFFICER,
    Address,
)

WRITES = OFFICER | BRANCH
READS = EVERYONE - MONEY - APPLICANT - GROUP_LEADER


def _of(name):
    return {
        "own": lambda world: {"identity": getattr(world.own, name).pk},
        "foreign": lambda world: {"identity": getattr(world.foreign, name).pk},
    }


def _paper(side):
    return lambda world: {"identity": getattr(world, side).activity.pk, "kind": "record"}


def _leave(side):
    return lambda world: {
        "identity": getattr(world, side).activity.pk,
        "organization": getattr(world, side).organization.pk,
    }


ADDRESSES = {
    "activity_list": Address(READS | GROUP_LEADER),
    "activity_record": Address(WRITES | GROUP_LEADER),
    "activity_plan": Address(WRITES | GROUP_LEADER),
    "activity": Address(READS, **_of("activity")),
    "activity_sheet": Address(READS, **_of("activity")),
    "activity_correct": Address(WRITES, **_of("activity")),
    "activity_attendance": Address(WRITES, **_of("activity")),
    "activity_paper": Address(WRITES, _paper("own"), _paper("foreign")),
    "activity_cancel": Address(WRITES, **_of("activity")),
    "activity_restore": Address(WRITES, **_of("activity"), post=True),
    "activity_leave": Address(WRITES, _leave("own"), _leave("foreign"), post=True),
    "activity_attach": Address(WRITES, **_of("activity"), post=True),
    "activity_file": Address(READS, **_of("file")),
    "activity_file_remove": Address(WRITES, **_of("file"), post=True),
    "activity_make_up": Address(WRITES, **_of("attendance")),
}
