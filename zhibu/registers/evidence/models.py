"""Evidence (佐证): what proves a duty and has no register of its own yet.

An entry is of a kind of the pack; the pack's row of that kind says what the entry holds. `recorded` is the
day on which the system learnt it; an entry that was withdrawn (撤销) stays, with its reason, proving nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db import models

from zhibu.registers.members.models import SEALED_WITH
from zhibu.site import packs
from zhibu.site.found_by import COLUMN, FoundBy, columns
from zhibu.site.identifiers import new_id


class Case(models.Model):
    """A matter that several entries belong to: a development case, an election, a transfer.

    The first papers of a matter come before the step they are for, so the case stands on its own.
    """

    undoable: ClassVar[bool] = True
    personal_words: ClassVar[tuple[str, ...]] = ("title",)

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    type = models.CharField("类别", max_length=40, db_index=True)  # as the kinds' rows call their reference
    title = models.CharField("名称", max_length=120)
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", null=True, blank=True)
    recorded = models.DateField("建立日期")

    class Meta:
        verbose_name = "事项"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def sealed_with(self) -> tuple[str, str]:
        """Of a person's case with the person's key: forgetting a person forgets it too."""
        return _key_of(self)

    def needed(self) -> str:
        """What belongs to it, in a word; empty for nothing."""
        return _said_of(self.pk)


class Entry(models.Model):
    """One entry: an event that happened on `day`, or a state that holds from `day` until `until`."""

    undoable: ClassVar[bool] = True
    personal_words: ClassVar[tuple[str, ...]] = (
        "note",
        "kept_at",
        "ref_title",
        "counts_for_reason",
        "withdrawn_reason",
    )

    class Type(models.TextChoices):
        EVENT = "event", "事件"
        STATE = "state", "状态"

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    kind = models.CharField("种类", max_length=80, db_index=True)
    type = models.CharField(max_length=5, choices=Type.choices)
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", null=True, blank=True)
    day = models.DateField("日期", db_index=True)
    counts_for = models.DateField("计入的日期", null=True, blank=True)  # only where it is another than `day`
    counts_for_reason = models.CharField("原因", max_length=200, blank=True)
    until = models.DateField("截止日期", null=True, blank=True)  # states only
    amount = models.BigIntegerField("数量", null=True, blank=True)  # in the unit of the kind's row
    ref = models.CharField("关联", max_length=80, blank=True, db_index=True)  # empty: the entry itself
    ref_title = models.CharField(max_length=160, blank=True)  # what `ref` was called when it was chosen
    note = models.CharField("说明", max_length=400, blank=True)
    kept_at = models.CharField("存放处", max_length=120, blank=True)  # where the paper lies, if not attached
    sheet = models.CharField(max_length=32, blank=True, db_index=True)  # entries that one sheet gave together
    recorded = models.DateField("录入日期")
    withdrawn = models.DateField("撤销日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤销原因", max_length=200, blank=True)
    found_by = FoundBy("note", "ref_title", null=True)  # few have words: null, and an index of those

    class Meta:
        verbose_name = "佐证"
        ordering = ["-day", "-id"]
        indexes = [
            models.Index(
                fields=["found_by"], condition=models.Q(found_by__isnull=False), name="entry_with_words"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"

    def sealed_with(self) -> tuple[str, str]:
        """What it says of a person is sealed with the person's key."""
        return _key_of(self)

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps of an entry: its fields and its files."""
        plain = {field.attname: getattr(self, field.attname) for field in columns(self)}
        files: Any = [] if self._state.adding else self.attachments.values()
        kept = [{key: row[key] for key in row if key not in ("entry_id", COLUMN)} for row in files]
        return plain | {"attachments": kept}

    def restore_rows(self, values: Mapping[str, Any]) -> None:
        """Put back the files of a snapshot in place of those that are there (undo). Refused: a second equal entry."""
        from zhibu.registers.evidence.actions.draft import check_alone

        self.attachments.all().delete()
        fields = {field.attname: field for field in Attachment._meta.concrete_fields}
        Attachment.objects.bulk_create(
            Attachment(entry=self, **{key: fields[key].to_python(value) for key, value in row.items()})
            for row in values.get("attachments", ())
        )
        if self.withdrawn is None:
            check_alone(self, self.counts_for, besides=self.pk)

    def needed(self) -> str:
        """What refers to it, in a word; empty for nothing."""
        return _said_of(self.pk)

    @staticmethod
    def verbs_besides(entries: Collection[str]) -> dict[str, str]:
        """By entry: the verb of its kind, with which it is written and put back too (undo)."""
        kinds = packs.norm().kinds
        rows = Entry.objects.filter(pk__in=entries).values_list("pk", "kind")
        return {pk: kinds[kind].verb for pk, kind in rows if kind in kinds and kinds[kind].verb}


def _key_of(row: Case | Entry) -> tuple[str, str]:
    return (SEALED_WITH, row.member_id) if row.member_id else (row._meta.label_lower, row.pk)


def _said_of(pk: str) -> str:
    return "佐证" if Entry.objects.filter(ref=pk, withdrawn=None).exclude(pk=pk).exists() else ""


class Attachment(models.Model):
    """A file of an entry; the content lies under its hash (zhibu.site.uploads)."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="attachments")
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
