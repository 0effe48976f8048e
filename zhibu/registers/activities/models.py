"""Activities (活动): what, when, where, who was expected, who came, and the papers about it.

Every row that becomes a fact has its own `recorded`: the day on which the system learnt it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from zhibu.registers.activities import rules
from zhibu.site import references
from zhibu.site.found_by import COLUMN, FoundBy, columns
from zhibu.site.identifiers import new_id

#: The rows that hang on an activity, by the name of their relation.
ROWS = ("blocks", "themes", "hosts", "attendances", "papers", "attachments")


class Activity(models.Model):
    """Something that one or several organizations do together on one or more days."""

    class Status(models.TextChoices):
        PLANNED = "planned", "已计划"
        HELD = "held", "已开展"
        CANCELLED = "cancelled", "已取消"

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    title = models.CharField("名称", max_length=120)
    day = models.DateField("日期", db_index=True)
    counts_for = models.DateField("计入的日期", null=True, blank=True)  # 顺延: the day it stands in for
    counts_for_reason = models.CharField("顺延原因", max_length=200, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    chair = models.CharField("主持人", max_length=60, blank=True)
    content = models.TextField("内容", blank=True)
    visitors = models.CharField("列席人员", max_length=400, blank=True)  # those who are no members here
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)
    recorded = models.DateField("录入日期")
    found_by = FoundBy("title", "place")

    class Meta:
        verbose_name = "活动"
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return self.title

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps of an activity: its fields and every row that hangs on it."""
        plain = {field.attname: getattr(self, field.attname) for field in columns(self)}
        for name in ROWS:
            rows = getattr(self, name).order_by("pk").values()
            # A file keeps its address when it is put back; the other rows have none.
            without = {"activity_id", COLUMN} if name == "attachments" else {"id", "activity_id"}
            plain[name] = [{key: row[key] for key in row if key not in without} for row in rows]
        return plain

    def restore_rows(self, values: Mapping[str, Any]) -> None:
        """Put back the rows of a snapshot in place of those that are there (undo)."""
        for name in ROWS:
            relation = getattr(self, name)
            relation.all().delete()
            fields = {field.attname: field for field in relation.model._meta.concrete_fields}
            relation.model.objects.bulk_create(
                relation.model(
                    activity=self, **{key: fields[key].to_python(value) for key, value in row.items()}
                )
                for row in values.get(name, ())
            )

    def needed(self) -> str:
        """What other registers recorded about it, in a word; empty for nothing."""
        return "佐证" if references.known("activity", self.pk) else ""


class Block(models.Model):
    """A stretch of time of an activity: a whole day, a half-day slot (半天), or a time by the clock."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="blocks")
    day = models.DateField("日期")
    part = models.CharField("时段", max_length=10, choices=list(rules.PART_TITLES.items()))
    start = models.TimeField("开始", null=True, blank=True)
    end = models.TimeField("结束", null=True, blank=True)
    minutes = models.PositiveIntegerField(
        default=0
    )  # between start and end, so that facts need no clock arithmetic

    class Meta:
        ordering = ["day", "start", "id"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_part_display()}"


class Theme(models.Model):
    """One kind that an activity is of; an activity is of every kind it is."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="themes")
    kind = models.CharField(max_length=80, db_index=True)
    recorded = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "kind"], name="activity_of_a_kind_once")]

    def __str__(self) -> str:
        return self.kind


class Host(models.Model):
    """An organization that holds an activity; of a joint activity (联合开展) each is one.

    `recorded` is null until that organization has confirmed its part: another's word proves nothing for it.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="hosts")
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    leading = models.BooleanField(default=False)
    recorded = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "organization"], name="activity_held_by_once"),
            models.UniqueConstraint(
                fields=["activity"], condition=models.Q(leading=True), name="activity_led_by_one"
            ),
        ]
        ordering = ["-leading", "id"]

    def __str__(self) -> str:
        return str(self.organization_id)


class Attendance(models.Model):
    """One member's line of the attendance list, under the organization the member belonged to on the day."""

    personal_words: ClassVar[tuple[str, ...]] = ("reason", "made_up_how")

    class State(models.TextChoices):
        PRESENT = "present", "到"
        LEAVE = "leave", "假"
        ABSENT = "absent", "缺"

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="attendances")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    expected = models.BooleanField("应到", default=True)
    state = models.CharField("出勤", max_length=8, choices=State.choices)
    reason = models.CharField("事由", max_length=200, blank=True)
    recorded = models.DateField()
    made_up = models.DateField("补学日期", null=True, blank=True)  # study made up for a leave
    made_up_how = models.CharField("补学方式", max_length=200, blank=True)
    made_up_minutes = models.PositiveIntegerField(
        "补学时间", null=True, blank=True
    )  # null: as long as was missed
    made_up_recorded = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="attendance_once")]
        # Study made up is rare: its hours are reckoned without going through all attendance.
        indexes = [
            models.Index(
                fields=["activity"], condition=models.Q(made_up__isnull=False), name="attendance_made_up"
            )
        ]
        ordering = ["organization", "member"]

    def __str__(self) -> str:
        return f"{self.member_id} {self.get_state_display()}"


class Paper(models.Model):
    """A paper of an activity: plan, public notice, attendance list, record, evaluation, file of documents.

    `happened` is the day it was written, `recorded` the day the system learnt it.
    """

    class Kind(models.TextChoices):
        PLAN = "plan", "方案"
        NOTICE = "notice", "信息公布"
        ATTENDANCE = "attendance", "签到"
        RECORD = "record", "记录"
        EVALUATION = "evaluation", "总结评价"
        FILE = "file", "资料归档"

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # An attendance list is that host's own; every other paper is common to all hosts.
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", null=True, blank=True
    )
    happened = models.DateField("写成日期")
    body = models.TextField("内容", blank=True)
    resolution = models.TextField("决议", blank=True)
    kept_at = models.CharField("存放处", max_length=120, blank=True)  # where the paper itself lies
    recorded = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "kind", "organization"], name="paper_of_a_host_once"),
            models.UniqueConstraint(
                fields=["activity", "kind"],
                condition=models.Q(organization__isnull=True),
                name="paper_of_all_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Attachment(models.Model):
    """A file of an activity (签到表照片, 方案 …); the content lies under its hash (zhibu.site.uploads)."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="attachments")
    name = models.CharField("文件名", max_length=120)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    recorded = models.DateField()
    found_by = FoundBy("name")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
