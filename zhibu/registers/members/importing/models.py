"""Batches of an import (导入批次): what was done, and for each member what is needed to undo it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from zhibu.registers.members.models import SEALED_WITH
from zhibu.site.identifiers import new_id

#: What a sheet holds.
KINDS = {"members": "党员名册", "branches": "支部名册", "applicants": "入党申请人名册"}


class Upload(models.Model):
    """A roster that was uploaded and is looked at in a preview. Its content lies sealed in a file; it is
    short-lived.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    committee = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+")
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField(max_length=64)
    created = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "上传的名册"

    def __str__(self) -> str:
        return self.file_name


class Batch(models.Model):
    """One import. `counts`: rows by what became of them; `branches`: those it set up."""

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    at = models.DateTimeField("导入时间")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    committee = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    kind = models.CharField("内容", max_length=20)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    branches = models.JSONField(default=list)
    log_number = models.BigIntegerField(null=True, editable=False)
    undone = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "导入批次"
        indexes = [models.Index(fields=["committee", "at"], name="batch_of_committee")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def kind_title(self) -> str:
        """What was imported, in words."""
        return KINDS[self.kind]

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps: the counts and where from, never a person."""
        return {
            "file_name": self.file_name,
            "digest": self.digest,
            "kind": self.kind,
            "counts": self.counts,
            "branches": self.branches,
            "undone": self.undone,
        }


class BatchRow(models.Model):
    """A record that a batch added or changed. `sealed`: how it was before, under the person's own key (null: added)."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    member = models.CharField(max_length=40)
    added = models.BooleanField()
    sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "member"], name="batch_row")]
        verbose_name = "批次明细"

    def __str__(self) -> str:
        return f"{self.batch_id} {self.member}"

    def sealed_with(self) -> tuple[str, str]:
        """The person's key: forgetting a person forgets this too."""
        return SEALED_WITH, self.member
