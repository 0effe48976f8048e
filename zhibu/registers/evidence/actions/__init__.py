"""The only writers of evidence: one verb each, keyword-only, with its log rows."""

from zhibu.registers.evidence.actions.attachments import attach_file, remove_attachment
from zhibu.registers.evidence.actions.change import (
    correct_entry,
    end_state,
    restore_entry,
    withdraw_entry,
)
from zhibu.registers.evidence.actions.draft import Draft
from zhibu.registers.evidence.actions.record import open_case, record_entries, record_entry

__all__ = [
    "Draft",
    "attach_file",
    "correct_entry",
    "end_state",
    "open_case",
    "record_entries",
    "record_entry",
    "remove_attachment",
    "restore_entry",
    "withdraw_entry",
]
