"""The writers of members, one verb each: profile, memberships, applications, groups."""

from zhibu.registers.members.actions.applications import apply, correct_application, hand_over, withdraw
from zhibu.registers.members.actions.grouping import arrange
from zhibu.registers.members.actions.groups import dissolve_group, rename_group, set_up_group
from zhibu.registers.members.actions.moves import (
    change_category,
    confirm,
    correct,
    leave,
    transfer,
    transfer_in,
)
from zhibu.registers.members.actions.profile import add, change_profile, fill, forget, unmask

__all__ = [
    "add",
    "apply",
    "arrange",
    "change_category",
    "change_profile",
    "confirm",
    "correct",
    "correct_application",
    "dissolve_group",
    "fill",
    "forget",
    "hand_over",
    "leave",
    "rename_group",
    "set_up_group",
    "transfer",
    "transfer_in",
    "unmask",
    "withdraw",
]
