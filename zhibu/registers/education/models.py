"""Study (学习教育): reflections handed in, training outside with its proof, sheets of checks and assessments.

Each row that becomes a fact carries `recorded`, the day on which it became one: a reflection when it was read,
a training when it was confirmed, a line when its sheet was filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from zhibu.inbox import take_back
from zhibu.site.found_by import COLUMN, FoundBy, columns
from zhibu.site.identifiers import new_id

SEALED_WITH = "members.member"


class Stage(models.TextChoices):
    """How far something handed in has come."""

    HANDED = "handed", "待处理"
    ACCEPTED = "accepted", "已计入"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤销"


class Submission(models.Model):
    """What a member hands in and the branch answers: it proves nothing until it is accepted."""

    undoable: ClassVar[bool] = True
    STAGES: ClassVar[Mapping[str, str]]

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    title = models.CharField("题目", max_length=120, blank=True)
    kept_at = models.CharField("存放处", max_length=120, blank=True)  # where the paper lies, if not attached
    stage = models.CharField("状态", max_length=10, choices=Stage.choices, default=Stage.HANDED)
    remark = models.CharField("意见", max_length=400, blank=True)  # of whoever read, confirmed or returned it
    entered = models.DateField("登记日期")
    recorded = models.DateField("计入日期", null=True, blank=True)

    class Meta:
        abstract = True

    def stage_title(self) -> str:
        """How it stands, in the words of its sort."""
        return self.STAGES[self.stage]

    @property
    def open(self) -> bool:
        """True while its member may still change it."""
        return self.stage in (Stage.HANDED, Stage.RETURNED)

    @property
    def about(self) -> tuple[str, str]:
        """How messages in the inbox name it."""
        return self._meta.label_lower, self.pk

    def sealed_with(self) -> tuple[str, str]:
        """Its changes are sealed with the member's key: forgetting a person forgets them too."""
        return SEALED_WITH, str(self.member_id)

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps: its fields and its files."""
        return _fields(self) | {"attachments": _files(self)}

    def restore_rows(self, values: Mapping[str, Any]) -> None:
        """Put back the files of a snapshot in place of those that are there (undo)."""
        _put_back(self, self.attachments, values.get("attachments", ()))  # type: ignore[attr-defined]
        if self.stage != Stage.RETURNED:  # what was returned by mistake is no message any more
            take_back(self.about, unread_only=True)


class Reflection(Submission):
    """A reflection (心得体会): a text, a file, or a paper kept somewhere."""

    personal_words: ClassVar[tuple[str, ...]] = ("title", "kept_at", "remark", "counts_for_reason", "body")
    STAGES = {"handed": "待阅", "accepted": "已阅", "returned": "已退回", "withdrawn": "已撤销"}

    day = models.DateField("交来日期", db_index=True)
    counts_for = models.DateField("计入的日期", null=True, blank=True)  # where its period is over already
    counts_for_reason = models.CharField("补交原因", max_length=200, blank=True)
    body = models.TextField("正文", blank=True)
    ref = models.CharField("编号", max_length=80, blank=True)  # on the paper; empty: the reflection itself
    found_by = FoundBy("title")

    class Meta:
        verbose_name = "心得体会"
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return self.title or "心得体会"


class Training(Submission):
    """A training outside (外出培训) of one member; hours across the new year are split on it."""

    personal_words: ClassVar[tuple[str, ...]] = ("title", "kept_at", "remark", "organizer")
    STAGES = {"handed": "待确认", "accepted": "已确认", "returned": "已退回", "withdrawn": "已撤销"}

    first = models.DateField("开始日期", db_index=True)
    last = models.DateField("结束日期")
    organizer = models.CharField("主办单位", max_length=120, blank=True)
    minutes = models.PositiveIntegerField("分钟")  # of the year in which it began
    minutes_next = models.PositiveIntegerField("次年分钟", null=True, blank=True)
    next_year = models.DateField(null=True, blank=True)  # January 1 of the year after, where it lies in both
    found_by = FoundBy("title", "organizer")

    class Meta:
        verbose_name = "外出培训"
        ordering = ["-first", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def total(self) -> int:
        """All its minutes."""
        return self.minutes + (self.minutes_next or 0)


class Sheet(models.Model):
    """A sheet of a branch that names its members: a check of study (检查表) or an assessment (测评表)."""

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    kind = models.CharField("表", max_length=80, db_index=True)
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    day = models.DateField("日期", db_index=True)
    counts_for = models.DateField("计入的日期", null=True, blank=True)
    counts_for_reason = models.CharField("补办原因", max_length=200, blank=True)
    kept_at = models.CharField("存放处", max_length=120, blank=True)
    ref = models.CharField("编号", max_length=80, blank=True)  # on the paper; empty: the sheet itself
    withdrawn = models.DateField("撤销日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "检查、测评表"
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps of a sheet: its fields, its lines and its files."""
        lines: Any = [] if self._state.adding else self.lines.order_by("pk").values()
        kept = [{key: row[key] for key in row if key != "sheet_id"} for row in lines]
        return _fields(self) | {"lines": kept, "attachments": _files(self)}

    def restore_rows(self, values: Mapping[str, Any]) -> None:
        """Put back the lines and files of a snapshot in place of those that are there (undo)."""
        _put_back(self, self.lines, values.get("lines", ()))
        _put_back(self, self.attachments, values.get("attachments", ()))


class Line(models.Model):
    """One member on a sheet; of an assessment with the result."""

    personal_words: ClassVar[tuple[str, ...]] = ("note",)

    class Result(models.TextChoices):
        EXCELLENT = "excellent", "优秀"
        PASSED = "passed", "合格"
        FAILED = "failed", "不合格"

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="lines")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    result = models.CharField("结果", max_length=10, choices=Result.choices, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    recorded = models.DateField("登记日期")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "member"], name="member_once_on_a_sheet")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.get_result_display()}"


class Attachment(models.Model):
    """A file of one of them (证书、心得原件); the content lies under its hash (zhibu.site.uploads)."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    reflection = models.ForeignKey(
        Reflection, models.CASCADE, related_name="attachments", null=True, blank=True
    )
    training = models.ForeignKey(Training, models.CASCADE, related_name="attachments", null=True, blank=True)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="attachments", null=True, blank=True)
    name = models.CharField("文件名", max_length=120)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    recorded = models.DateField()
    found_by = FoundBy("name")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reflection__isnull=False, training__isnull=True, sheet__isnull=True)
                | models.Q(reflection__isnull=True, training__isnull=False, sheet__isnull=True)
                | models.Q(reflection__isnull=True, training__isnull=True, sheet__isnull=False),
                name="study_file_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Reflection | Training | Sheet:
        """What it is attached to."""
        found = self.reflection or self.training or self.sheet
        assert found is not None
        return found


def _fields(record: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(record, field.attname) for field in columns(record)}


_NOT_KEPT = frozenset({"reflection_id", "training_id", "sheet_id", COLUMN})


def _files(record: Any) -> list[dict[str, Any]]:
    if record._state.adding:
        return []
    return [{key: row[key] for key in row if key not in _NOT_KEPT} for row in record.attachments.values()]


def _put_back(record: models.Model, relation: Any, rows: Any) -> None:
    """The rows of a snapshot in place of those that hang on the record."""
    relation.all().delete()
    fields = {field.attname: field for field in relation.model._meta.concrete_fields}
    owner = relation.field.name
    relation.model.objects.bulk_create(
        relation.model(**{owner: record}, **{key: fields[key].to_python(value) for key, value in row.items()})
        for row in rows
    )
