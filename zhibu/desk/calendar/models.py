"""Calendar feeds (日历订阅): addresses that a telephone or mail program asks without signing in."""

from __future__ import annotations

from typing import Any

from django.db import models

from zhibu.access import sealing
from zhibu.site.identifiers import new_id

#: With whose key a feed's name and its rows of the log are sealed: forgotten with the account.
SEALED_WITH = "access.account"


class Feed(models.Model):
    """A feed of an account: of the own calendar (no organization), or of an organization's.

    The secret of its address is kept only as a keyed hash: whoever reads the database learns no address.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_id, editable=False)
    account = models.ForeignKey("access.Account", models.CASCADE, related_name="+")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealed_name = models.BinaryField("名称", editable=False)
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

    @property
    def name(self) -> str:
        """What the account calls it. One query; `queries.named` fetches those of a list at once."""
        known: str | None = self.__dict__.get("known_name")
        if known is None:
            known = opened_name(self, sealing.object_keys(SEALED_WITH, [self.account_id])[self.account_id])
            self.__dict__["known_name"] = known
        return known

    def sealed_with(self) -> tuple[str, str]:
        """The account's key."""
        return SEALED_WITH, self.account_id

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps: never the secret, not even hashed."""
        return {
            "account_id": self.account_id,
            "organization_id": self.organization_id,
            "name": self.name,
            "made": self.made,
            "revoked": self.revoked,
        }


def opened_name(feed: Feed, key: bytes | None) -> str:
    """The name of a feed under its account's key; what is forgotten says so."""
    name = sealing.open_with(key, SEALED_WITH, feed.account_id, bytes(feed.sealed_name))
    return "（已销毁）" if name is None else str(name)
