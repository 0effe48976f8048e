"""One job: what is to be done for whom, and how far it is.

Progress is bookkeeping of the server and stands in no log; what a job writes into the registers it writes by actions.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from zhibu.site.identifiers import new_id


class Job(models.Model):
    """A job (任务). Whoever puts one in line names its kind and gives it what it needs as plain values."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        REFUSED = "refused", "没有做"
        INTERRUPTED = "interrupted", "中断"

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # 0: not known yet
    words = models.CharField(max_length=200, blank=True)  # what is being done just now
    result = models.JSONField(default=dict)
    refusal = models.JSONField(null=True)  # what, why, mend
    heartbeat = models.DateTimeField(null=True)  # when the worker was last heard of
    worker = models.CharField(max_length=120, blank=True)  # who has it: host/process/start
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "任务"
        indexes = [models.Index(fields=["state", "asked"], name="job_in_line")]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"

    @property
    def active(self) -> bool:
        """Waiting or running: it will end by itself."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """How far it is, in hundredths."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps where a job itself is written about: what was asked for, never the progress."""
        return {"kind": self.kind, "arguments": self.arguments, "account_id": self.account_id}
