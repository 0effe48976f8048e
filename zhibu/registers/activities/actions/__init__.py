"""The only writers of activities: one verb each, keyword-only, with its log row."""

from zhibu.registers.activities.actions.activity import (
    cancel_activity,
    correct_activity,
    plan_activity,
    record_activity,
    restore_activity,
)
from zhibu.registers.activities.actions.attachments import attach_file, remove_attachment
from zhibu.registers.activities.actions.attendance import Line, make_up_study, take_attendance
from zhibu.registers.activities.actions.draft import Draft
from zhibu.registers.activities.actions.joint import confirm_part, leave_joint
from zhibu.registers.activities.actions.papers import (
    Written,
    evaluate,
    file_documents,
    write_notice,
    write_plan,
    write_record,
)

__all__ = [
    "Draft",
    "Line",
    "Written",
    "attach_file",
    "cancel_activity",
    "confirm_part",
    "correct_activity",
    "evaluate",
    "file_documents",
    "leave_joint",
    "make_up_study",
    "plan_activity",
    "record_activity",
    "remove_attachment",
    "restore_activity",
    "take_attendance",
    "write_notice",
    "write_plan",
    "write_record",
]
