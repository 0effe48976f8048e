"""The only writers of notices and receipts: one verb each, keyword-only, with its log rows."""

from zhibu.registers.notices.actions.attachments import attach_file, remove_attachment
from zhibu.registers.notices.actions.draft import Draft, Line, discard, save_draft
from zhibu.registers.notices.actions.receipts import Answer, act, enter_receipt, mark_read
from zhibu.registers.notices.actions.reminding import remind_all, urge
from zhibu.registers.notices.actions.sending import send, withdraw

__all__ = [
    "Answer",
    "Draft",
    "Line",
    "act",
    "attach_file",
    "discard",
    "enter_receipt",
    "mark_read",
    "remind_all",
    "remove_attachment",
    "save_draft",
    "send",
    "urge",
    "withdraw",
]
