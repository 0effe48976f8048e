"""Exemptions: applied for, approved or declined, ended early."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.registers.intervals import Interval, ends_after_it_begins
from zhibu.registers.members.models import SEALED_WITH
from zhibu.site.identifiers import new_id

#: Every duty but those of dues (docs/meaning.md 4).
ALL_DUTIES = "*"


class Exemption(Interval):
    """An exemption of an organization, or of one member, from one duty or (`*`) from all, [since, until).

    `recorded` is the day on which the approval was entered: before, it proves nothing.
    """

    undoable: ClassVar[bool] = True
    personal_words: ClassVar[tuple[str, ...]] = ("reason", "answer")

    class Stage(models.TextChoices):
        APPLIED = "applied", "待批准"
        APPROVED = "approved", "已批准"
        DECLINED = "declined", "未批准"

    id = models.CharField(primary_key=True, max_length=40, default=new_id, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="党组织"
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党员"
    )
    duty = models.CharField("工作要求", max_length=80)
    reason = models.CharField("理由", max_length=400)
    document = models.CharField("批准文号", max_length=120, blank=True)
    stage = models.CharField(
        "办理情况", max_length=10, choices=Stage.choices, default=Stage.APPLIED, db_index=True
    )
    applied = models.DateField("申请日期")
    decided_by = models.CharField("批准人", max_length=60, blank=True)
    recorded = models.DateField("登记日期", null=True, blank=True)
    answer = models.CharField("批复意见", max_length=400, blank=True)

    class Meta:
        verbose_name = "免除"
        ordering = ("-since", "-id")
        constraints = [
            ends_after_it_begins("exemption"),
            models.CheckConstraint(
                condition=~Q(stage="approved") | Q(recorded__isnull=False),
                name="exemption_approved_is_recorded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member or self.organization} {self.duty}"

    def sealed_with(self) -> tuple[str, str]:
        """A member's exemption is sealed with the member's key, and forgotten with the member."""
        return (SEALED_WITH, str(self.member_id)) if self.member_id else ("exemptions.exemption", self.id)
