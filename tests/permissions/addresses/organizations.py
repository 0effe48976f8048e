"""Addresses of organizations."""

from __future__ import annotations

from tests.permissions.addresses import COMMITTEE, EVERYONE, Address

APPLICANT = frozenset({"applicant"})
GROUP = frozenset({"group_leader"})
#: Who sees the branch 机电: not the leader of a group below it, nor an applicant.
SEES = EVERYONE - APPLICANT - GROUP


def own(world):
    return {"identity": world.own.organization.pk}


def foreign(world):
    return {"identity": world.foreign.organization.pk}


def _of(name):
    return {
        "own": lambda world: {"identity": getattr(world.own, name).pk},
        "foreign": lambda world: {"identity": getattr(world.foreign, name).pk},
    }


ADDRESSES = {
    "organization_tree": Address(EVERYONE - APPLICANT),
    "organization_list": Address(EVERYONE - APPLICANT),
    "organization_add": Address(COMMITTEE),
    "organization": Address(SEES, own, foreign),
    "organization_change": Address(COMMITTEE, own, foreign),
    "organization_describe": Address(COMMITTEE, own, foreign),
    "organization_dissolve": Address(COMMITTEE, own, foreign),
    "organization_appoint": Address(COMMITTEE, own, foreign),
    "organization_term": Address(COMMITTEE, own, foreign),
    "organization_establishment": Address(COMMITTEE, own, foreign),
    "organization_use": Address(COMMITTEE, own, foreign),
    "post_list": Address(EVERYONE - APPLICANT),
    "post_relieve": Address(COMMITTEE, **_of("post")),
    "post_correct": Address(COMMITTEE, **_of("post")),
    "term_end": Address(COMMITTEE, **_of("term")),
    "term_correct": Address(COMMITTEE, **_of("term")),
}
