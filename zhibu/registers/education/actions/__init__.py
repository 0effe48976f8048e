"""The only writers of study: one verb each, keyword-only, with its log rows."""

from zhibu.registers.education.actions.answers import confirm_training, mark_read, return_to_member, withdraw
from zhibu.registers.education.actions.attachments import attach_file, remove_attachment
from zhibu.registers.education.actions.reflections import (
    ReflectionDraft,
    hand_in_again,
    hand_in_reflection,
    record_papers,
)
from zhibu.registers.education.actions.sheets import Mark, correct_sheet, record_sheet, withdraw_sheet
from zhibu.registers.education.actions.trainings import (
    TrainingDraft,
    change_training,
    enter_training,
)

__all__ = [
    "Mark",
    "ReflectionDraft",
    "TrainingDraft",
    "attach_file",
    "change_training",
    "confirm_training",
    "correct_sheet",
    "enter_training",
    "hand_in_again",
    "hand_in_reflection",
    "mark_read",
    "record_papers",
    "record_sheet",
    "remove_attachment",
    "return_to_member",
    "withdraw",
    "withdraw_sheet",
]
