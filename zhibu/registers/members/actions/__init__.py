"""The writers of members, one verb each: profile, memberships, applications."""

from zhibu.registers.members.actions.applications import apply, correct_application, hand_over, withdraw
from zhibu.registers.members.actions.grouping import arrange
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
    "fill",
    "forget",
    "hand_over",
    "leave",
    "transfer",
    "transfer_in",
    "unmask",
    "withdraw",
]
