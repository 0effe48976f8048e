"""Calendar feeds (日历订阅): addresses that a telephone or mail program asks without signing in."""

from __future__ import annotations

from typing import Any

from django.db import models

from zhibu.site.identifiers import new_id


class Feed(models.Model):
    """A feed of an account: of the own calendar (no organization), or of an organization's.

    The secret of its address is kept only as a keyed hash: whoever reads the database learns no address.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_id, editable=False)
    account = models.ForeignKey("access.Account", models.CASCADE, related_name="+")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField("名称", max_length=60)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    made = models.DateTimeField("建立时间")
    revoked = models.DateTimeField("撤销时间", null=True, blank=True)
    # Noted once a day as it is asked for; a note of use as the last sign-in is, no record of work.
    last_fetched = models.DateField("最近读取", null=True, blank=True)

    class Meta:
        verbose_name = "日历订阅"
        ordering = ("-made", "-id")

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps: never the secret, not even hashed."""
        return {
            "account_id": self.account_id,
            "organization_id": self.organization_id,
            "name": self.name,
            "made": self.made,
            "revoked": self.revoked,
        }
