"""Notices (通知) and superior documents (上级文件), whom they went to, and what came back (回执).

Until it is sent a notice names addressees (发给谁); sending freezes who these are that day into recipients.
It proves nothing to the audit: no kind of the packs rests on a notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from zhibu.registers.members.models import SEALED_WITH
from zhibu.site.found_by import COLUMN, FoundBy, columns
from zhibu.site.identifiers import new_id

#: How the sender's own receipt came about: no deed of its own stands for it.
BY_SENDING = "本人发送"


class Asked(models.TextChoices):
    """What a recipient is asked to do."""

    READ = "read", "阅知"
    ACT = "act", "办理"


class Notice(models.Model):
    """One notice or document of an organization. A withdrawn one stays, with the reason."""

    class Type(models.TextChoices):
        NOTICE = "notice", "通知"
        DOCUMENT = "document", "上级文件"

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SENT = "sent", "已发送"
        WITHDRAWN = "withdrawn", "已撤回"

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    author = models.ForeignKey("access.Account", models.PROTECT, related_name="+", verbose_name="起草人")
    type = models.CharField("类别", max_length=10, choices=Type.choices, default=Type.NOTICE)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("正文", blank=True)
    number = models.CharField("文号", max_length=80, blank=True)
    issuer = models.CharField("发文单位", max_length=80, blank=True)
    issued = models.DateField("成文日期", null=True, blank=True)
    received = models.DateField("收文日期", null=True, blank=True)
    asked = models.CharField("要求", max_length=4, choices=Asked.choices, default=Asked.READ)
    demand = models.CharField("办理要求", max_length=200, blank=True)
    deadline = models.DateField("截止日期", null=True, blank=True)
    remind_before = models.PositiveSmallIntegerField("提前几天提醒", default=3)
    ref = models.CharField("关联", max_length=80, blank=True)  # the activity that it announces
    ref_title = models.CharField("关联的活动", max_length=160, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    recorded = models.DateField("起草日期")
    sent = models.DateTimeField("发送时间", null=True, blank=True)
    sent_by = models.CharField("发送人", max_length=60, blank=True)
    place_name = models.CharField("发送单位", max_length=120, blank=True)  # as it was called when it was sent
    withdrawn = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)
    found_by = FoundBy("title", "number", "issuer")

    class Meta:
        verbose_name = "通知文件"
        ordering = ["-sent", "-id"]
        indexes = [
            models.Index(fields=["organization", "status"], name="notice_of_organization"),
            models.Index(fields=["deadline"], condition=Q(status="sent"), name="notice_running"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(sent__isnull=False), name="notice_sent_has_its_time"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> tuple[str, str]:
        """How messages in the inbox name it."""
        return self._meta.label_lower, self.pk

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps of a notice: its fields, its addressees and its files."""
        from zhibu.registers.notices.recipients import in_words

        plain = {field.attname: getattr(self, field.attname) for field in columns(self)}
        fresh = self._state.adding
        rows = [] if fresh else list(self.addressees.order_by("pk"))
        files: Any = [] if fresh else self.attachments.filter(recipient=None).values()
        return plain | {
            "addressees": [{"type": one.type, "target": one.target, "whom": one.whom} for one in rows],
            "addressed": "；".join(in_words(rows)),
            "attachments": [
                {key: row[key] for key in row if key not in ("notice_id", COLUMN)} for row in files
            ],
        }

    def restore_rows(self, values: Mapping[str, Any]) -> None:
        """Put back addressees and files; a sending is taken back while nobody has read it, a withdrawal
        with its messages (undo). Raises Refused.
        """
        from zhibu.registers.notices.actions import taking_back

        taking_back.restored(self)
        self.addressees.all().delete()
        Addressee.objects.bulk_create(
            Addressee(notice=self, **{key: row[key] for key in ("type", "target", "whom")})
            for row in values.get("addressees", ())
        )
        self.attachments.filter(recipient=None).delete()
        fields = {field.attname: field for field in Attachment._meta.concrete_fields}
        Attachment.objects.bulk_create(
            Attachment(notice=self, **{key: fields[key].to_python(value) for key, value in row.items()})
            for row in values.get("attachments", ())
        )

    def needed(self) -> str:
        """What refers to it, in a word; empty for nothing."""
        return "回执" if self.recipients.exists() else ""


class Addressee(models.Model):
    """One line of 发给谁: an organization, a post, a role, a group of members, or one member."""

    class Type(models.TextChoices):
        ORGANIZATION = "organization", "党组织"
        POST = "post", "职务"
        ROLE = "role", "角色"
        GROUP = "group", "党员范围"
        MEMBER = "member", "党员"

    class Whom(models.TextChoices):
        """Who gets it in an organization."""

        SECRETARY = "secretary", "书记"
        COMMITTEE = "committee", "书记办理，副书记、委员阅知"
        MEMBERS = "members", "全体党员"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="addressees")
    type = models.CharField("发给", max_length=14, choices=Type.choices)
    target = models.CharField("谁", max_length=60)
    whom = models.CharField(
        "什么人", max_length=10, choices=Whom.choices, blank=True
    )  # of an organization only

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "type", "target"], name="notice_addressed_once")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.target}"


class Recipient(models.Model):
    """One person's receipt (回执): frozen at sending, with the organization and the post of that day.

    A person is named by the member; an account that is nobody's by itself. `shared`: it came through the
    person's organization, whose secretary sees the receipt too.
    """

    undoable: ClassVar[bool] = True
    personal_words: ClassVar[tuple[str, ...]] = ("answer", "ref_title")

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="recipients", verbose_name="通知文件")
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey("access.Account", models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    place_name = models.CharField("党组织", max_length=120)
    capacity = models.CharField("身份", max_length=60, blank=True)
    asked = models.CharField("要求", max_length=4, choices=Asked.choices)
    shared = models.BooleanField("经党组织发送", default=False)
    read = models.DateTimeField("已阅", null=True)
    acted = models.DateTimeField("已办", null=True)
    answer = models.CharField("办理情况", max_length=400, blank=True)
    ref = models.CharField("关联", max_length=80, blank=True)
    ref_title = models.CharField("关联的活动", max_length=160, blank=True)
    entered_by = models.CharField(
        "代登人", max_length=60, blank=True
    )  # where another entered it: who, and how
    entered_how = models.CharField("代登方式", max_length=60, blank=True)

    class Meta:
        verbose_name = "回执"
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, account__isnull=False)
                | Q(member__isnull=False, account__isnull=True),
                name="recipient_is_one",
            ),
            models.UniqueConstraint(fields=["notice", "member"], name="recipient_member_once"),
            models.UniqueConstraint(fields=["notice", "account"], name="recipient_account_once"),
            models.CheckConstraint(
                condition=Q(acted__isnull=True) | Q(read__isnull=False), name="recipient_acted_has_read"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.member_id or self.account_id}"

    @property
    def done(self) -> bool:
        """True when what was asked is done."""
        return (self.acted if self.asked == Asked.ACT else self.read) is not None

    @property
    def by_sending(self) -> bool:
        """True for the sender's own."""
        return self.entered_how == BY_SENDING

    def sealed_with(self) -> tuple[str, str]:
        """A person's receipt is sealed with the person's key."""
        return (SEALED_WITH, self.member_id) if self.member_id else (self._meta.label_lower, self.pk)

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps of a receipt: its fields and its files."""
        plain = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        files: Any = [] if self._state.adding else self.files.values()
        return plain | {"attachments": [{key: row[key] for key in row if key != COLUMN} for row in files]}

    def restore_rows(self, values: Mapping[str, Any]) -> None:
        """Put back the files of a snapshot (undo)."""
        self.files.all().delete()
        fields = {field.attname: field for field in Attachment._meta.concrete_fields}
        Attachment.objects.bulk_create(
            Attachment(**{key: fields[key].to_python(value) for key, value in row.items()})
            for row in values.get("attachments", ())
        )


class Attachment(models.Model):
    """A file of a notice, or of a recipient's answer; the content lies under its hash (zhibu.site.uploads)."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="attachments")
    recipient = models.ForeignKey(Recipient, models.CASCADE, null=True, related_name="files")
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


class Reminder(models.Model):
    """That a recipient was reminded: once for each stage (`rules.stage`), and once a day by hand (催办)."""

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="reminders")
    stage = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "stage"], name="reminded_once_a_stage")]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.stage}"
