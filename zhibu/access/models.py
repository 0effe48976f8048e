"""Accounts (账号), what they may do (授权), the keys of objects, and the log (日志)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from zhibu.registers.intervals import Interval, ends_after_it_begins
from zhibu.site.identifiers import new_id

#: The account that commands and set-up act as.
SYSTEM = "system"


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their username, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account of that name."""
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """Who signs in: a person's account, usually a member's. `id` "system" is the deployment itself."""

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    username = models.CharField("用户名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60, blank=True)
    member = models.OneToOneField(
        "members.Member", models.PROTECT, null=True, blank=True, related_name="account"
    )
    is_active = models.BooleanField("启用", default=True)
    created = models.DateTimeField("建立时间")
    activation_hash = models.CharField(max_length=128, blank=True, editable=False)
    activation_expires = models.DateTimeField(null=True, blank=True, editable=False)
    activation_failures = models.PositiveSmallIntegerField(default=0, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_system(self) -> bool:
        """True for the deployment's own account."""
        return self.pk == SYSTEM


class Grant(Interval):
    """A role (角色, `roles.ROLES`) given to an account at an organization and all below it, [since,
    until).
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    account = models.ForeignKey(Account, models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=40)
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="grants")

    class Meta:
        verbose_name = "授权"
        constraints = [
            ends_after_it_begins("grant"),
            models.UniqueConstraint(
                fields=["account", "role", "organization", "since"], name="grant_one_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.organization_id}"


class ObjectKey(models.Model):
    """The key with which an object's sealed fields and log rows are sealed; encrypted under the master key.

    Destroyed (`sealed_key` empty), the object is forgotten and the log's chain stays whole.
    """

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=60)
    object = models.CharField(max_length=80)
    sealed_key = models.BinaryField(null=True)
    destroyed = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "object"], name="object_key_one")]

    def __str__(self) -> str:
        return f"{self.type} {self.object}"


class LogHead(models.Model):
    """The one row that says where the chain ends: locked while a row is added.

    `number` is the data version.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    key_fingerprint = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.number)


class LogRow(models.Model):
    """One write: who, what, on which object, when; the change sealed; chained by hash to the row before."""

    number = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间")
    deed = models.CharField(max_length=40, db_index=True)  # the same for all rows of one action
    actor = models.CharField("操作人", max_length=40)
    verb = models.CharField("动作", max_length=60)
    type = models.CharField("对象", max_length=60)  # as Django labels it: members.member
    object = models.CharField("对象编号", max_length=80)
    key = models.CharField(max_length=141)  # TYPE:ID of the object with whose key the change is sealed
    sealed = models.BinaryField()
    hash_before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "日志"
        indexes = [
            models.Index(fields=["type", "object"], name="log_object"),
            models.Index(fields=["actor", "number"], name="log_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"


class Touched(models.Model):
    """An organization or a member that a write touched: only their findings are computed anew."""

    id = models.BigAutoField(primary_key=True)
    row = models.ForeignKey(LogRow, models.CASCADE, related_name="touched")
    organization = models.CharField(max_length=40, null=True)
    member = models.CharField(max_length=40, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "row"], name="touched_organization"),
            models.Index(fields=["member", "row"], name="touched_member"),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.organization or self.member}"
