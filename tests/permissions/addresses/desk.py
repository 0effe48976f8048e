"""Addresses of the living norm, the readings and exemptions."""

from __future__ import annotations

from tests.permissions.addresses import (
    APPLICANT,
    BRANCH,
    COMMITTEE,
    EVERYONE,
    MEMBER,
    MONEY,
    OFFICER,
    READERS,
    SECRETARY,
    Address,
)


def _exemption(side):
    return lambda world: {"identity": getattr(world, side).exemption.pk}


def _activity(side):
    return lambda world: {"identity": getattr(world, side).activity.pk}


def _finding(side):
    # The study session of the world's activity, on Wednesday of that week.
    return lambda world: {
        "duty": "study.weekly", "subject": getattr(world, side).organization.pk, "period": "2026-W47",
    }  # fmt: skip


SEES = COMMITTEE | BRANCH | READERS
ADDRESSES = {
    "desk:norm": Address(EVERYONE),
    "desk:duty": Address(EVERYONE, lambda world: {"duty": "study.weekly"}),
    "desk:finding": Address(SEES | MEMBER | MONEY, _finding("own"), _finding("foreign")),
    "desk:workbench": Address(EVERYONE - APPLICANT),
    "desk:ahead": Address(EVERYONE - APPLICANT),
    # The world's activity was held: to who may send it is refused.
    "desk:announce": Address(OFFICER | SECRETARY, _activity("own"), _activity("foreign"), post=True),
    "desk:heat": Address(EVERYONE - APPLICANT),
    "desk:findings": Address(EVERYONE - APPLICANT),
    "desk:trend": Address(EVERYONE - APPLICANT),
    "desk:school_calendar": Address(EVERYONE),
    "desk:readings": Address(EVERYONE),
    "desk:search": Address(EVERYONE, query=lambda world: {"q": "zhangsan"}),
    "desk:sign": Address(COMMITTEE, lambda world: {"reading": "half_day"}),
    "exemptions:index": Address(EVERYONE),
    "exemptions:new": Address(OFFICER | SECRETARY),
    "exemptions:one": Address(SEES | MEMBER, _exemption("own"), _exemption("foreign")),
}
