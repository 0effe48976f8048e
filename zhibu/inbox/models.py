"""A message of the inbox: to one person or, where an account is nobody's, to that account."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhibu.site.identifiers import new_id


class Kind(models.TextChoices):
    """What a message is: the filter of the inbox."""

    NOTICE = "notice", "通知文件"
    REMINDER = "reminder", "提醒"
    RETURNED = "returned", "退回"
    WITHDRAWN = "withdrawn", "撤回"
    OTHER = "other", "其他"


class Message(models.Model):
    """One message. It only points: what it is about stands where `link` leads, behind that page's own check.

    `about` names the record (TYPE:ID) so that its messages can be settled or taken back together.
    """

    personal_words: ClassVar[tuple[str, ...]] = ("title", "text")

    id = models.CharField(primary_key=True, max_length=40, default=new_id, editable=False)
    member = models.ForeignKey("members.Member", models.CASCADE, null=True, related_name="+")
    account = models.ForeignKey("access.Account", models.CASCADE, null=True, related_name="+")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    title = models.CharField("标题", max_length=200)
    text = models.CharField("内容", max_length=400, blank=True)
    link = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=100, blank=True, db_index=True)
    sender = models.CharField("发送", max_length=120, blank=True)
    at = models.DateTimeField("时间")
    read = models.DateTimeField("已读", null=True)
    archived = models.DateTimeField("归档", null=True)

    class Meta:
        verbose_name = "消息"
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, account__isnull=False)
                | Q(member__isnull=False, account__isnull=True),
                name="message_to_one",
            )
        ]
        indexes = [
            models.Index(fields=["member", "-at"], name="message_of_member"),
            models.Index(fields=["account", "-at"], name="message_of_account"),
            # What every page counts: small, as it holds only what is not read.
            models.Index(fields=["member"], condition=Q(read=None), name="message_unread_member"),
            models.Index(fields=["account"], condition=Q(read=None), name="message_unread_account"),
        ]

    def __str__(self) -> str:
        return self.title
