"""A box for an inspection that was asked for: what was chosen, by whom, and once it is made, what it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models

from zhibu.documents.archive.selection import Selection
from zhibu.jobs.models import Job
from zhibu.site.clock import SHANGHAI
from zhibu.site.identifiers import new_id


class Archive(models.Model):
    """A box (迎检材料). Its file lies in `storage`; the row stands as long as the file may."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    job = models.OneToOneField(Job, models.PROTECT, related_name="+")
    asked = models.DateTimeField("提出时间")
    day = models.DateField("截至")  # the findings are as of this day
    articles = models.JSONField(default=list)
    organizations = models.JSONField(default=list)
    years = models.JSONField(default=list)
    key = models.CharField(max_length=64, db_index=True)  # of the selection
    #: At and below these organizations whoever asked reached when it was made: who takes it must reach them too.
    roots = models.JSONField(default=list)
    version = models.BigIntegerField("数据版本", null=True)  # of the log, when the findings were computed
    made = models.DateTimeField("制成时间", null=True)
    size = models.BigIntegerField("大小", default=0)
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)  # findings, documents, originals, withheld

    class Meta:
        verbose_name = "迎检材料"
        ordering = ["-asked", "-id"]

    def __str__(self) -> str:
        return f"迎检材料 {self.day}"

    @property
    def selection(self) -> Selection:
        """What was chosen."""
        return Selection.of(self.articles, self.organizations, self.years)

    @property
    def expires(self) -> date:
        """The last day on which it can be taken."""
        since = (self.made or self.asked).astimezone(SHANGHAI).date()
        return since + timedelta(days=settings.ARCHIVE_DAYS)

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps: what was chosen and what came of it, never what is in it."""
        left_out = ("job_id",)
        plain = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        return {name: value for name, value in plain.items() if name not in left_out}
