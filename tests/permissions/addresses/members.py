"""Addresses of members."""

from __future__ import annotations

from tests.permissions.addresses import (
    ADMINISTRATOR,
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

CHANGE = COMMITTEE | SECRETARY | frozenset({"organization_commissioner"})


def own(world):
    return {"identity": world.own.member.pk}


def foreign(world):
    return {"identity": world.foreign.member.pk}


def own_applicant(world):
    return {"identity": world.own.applicant.pk}


def foreign_applicant(world):
    return {"identity": world.foreign.applicant.pk}


ADDRESSES = {
    "member_list": Address(EVERYONE),
    "member_add": Address(COMMITTEE),
    "applicant_add": Address(CHANGE),
    "member_apply": Address(CHANGE, own_applicant, foreign_applicant),
    "member_application": Address(CHANGE, own_applicant, foreign_applicant),
    "member_hand_over": Address(CHANGE, own_applicant, foreign_applicant),
    "member_withdraw": Address(CHANGE, own_applicant, foreign_applicant),
    "member": Address(COMMITTEE | BRANCH | MONEY | MEMBER | READERS, own, foreign),
    "member_unmask": Address(CHANGE - ADMINISTRATOR | MEMBER, own, foreign, post=True),
    "member_change": Address(CHANGE, own, foreign),
    "member_transfer": Address(COMMITTEE, own, foreign),
    "member_enter": Address(COMMITTEE, own, foreign),
    "member_leave": Address(OFFICER, own, foreign),
    "member_confirm": Address(OFFICER, own, foreign),
    "member_category": Address(OFFICER, own, foreign),
    "member_forget": Address(OFFICER, own, foreign),
    "member_groups": Address(
        CHANGE - ADMINISTRATOR,
        lambda world: {"identity": world.own.organization.pk},
        lambda world: {"identity": world.foreign.organization.pk},
    ),
    "group_add": Address(
        CHANGE,
        lambda world: {"identity": world.own.organization.pk},
        lambda world: {"identity": world.foreign.organization.pk},
    ),
    **{
        f"group_{deed}": Address(
            CHANGE,
            lambda world: {"identity": world.own.group.pk},
            lambda world: {"identity": world.foreign.group.pk},
        )
        for deed in ("rename", "dissolve")
    },
    "membership_correct": Address(
        OFFICER,
        lambda world: {"identity": world.own.membership.pk},
        lambda world: {"identity": world.foreign.membership.pk},
    ),
}
