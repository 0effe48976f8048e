"""What is personal in this register is destroyed with its person: words and files; that and when it counted stays."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from zhibu.registers.education.models import Reflection, Training
from zhibu.registers.members.models import Member
from zhibu.registers.members.signals import forgotten

#: What the person wrote, what was answered, and where paper lies.
WORDS = ("title", "remark", "kept_at", "body", "counts_for_reason", "organizer")


@receiver(forgotten)
def forget(member: Member, **_: Any) -> None:
    """Empty the words of the person's reflections and trainings and let go of their files."""
    for model in (Reflection, Training):
        for row in model._default_manager.filter(member=member):
            for name in {field.name for field in model._meta.concrete_fields}.intersection(WORDS):
                setattr(row, name, "")
            row.save()
            row.attachments.all().delete()
