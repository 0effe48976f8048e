"""Members (党员) and other persons on the roll: profile, and what changes over time as dated rows."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models

from zhibu.access import sealing
from zhibu.registers.intervals import Interval, ends_after_it_begins, in_force
from zhibu.registers.members.names import LONGEST_INITIALS, LONGEST_PINYIN
from zhibu.registers.members.profile import SEALED
from zhibu.site.found_by import FoundBy, columns
from zhibu.site.identifiers import new_id


class Status(models.TextChoices):
    """Status of a membership (人员类别)."""

    FULL = "full", "正式党员"
    PROBATIONARY = "probationary", "预备党员"


class Category(models.TextChoices):
    """Category of a member (身份)."""

    STAFF = "staff", "在职"
    STUDENT = "student", "学生"
    RETIREE = "retiree", "离退休"


class Sex(models.TextChoices):
    """As the roster writes it."""

    MALE = "男", "男"
    FEMALE = "女", "女"


#: Kinds of organization to which a membership or an application belongs.
BELONGS_TO = ("branch", "general_branch", "committee")


#: The object type whose key seals a person.
SEALED_WITH = "members.member"


class Member(models.Model):
    """A person on the roll. Also one without a membership: an applicant, a leader who is no member.

    The fields of the profile are named in profile.py.

    Coded fields (ethnicity, education, work_post) hold the code of the official list, e.g. "01".
    """

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    number = models.CharField("学工号", max_length=40, null=True, blank=True, unique=True)
    name = models.CharField("姓名", max_length=60)
    pinyin = models.CharField(max_length=LONGEST_PINYIN, blank=True, editable=False)
    initials = models.CharField(max_length=LONGEST_INITIALS, blank=True, editable=False)
    found_by = FoundBy("name", "pinyin", "initials", "number")
    sex = models.CharField("性别", max_length=2, choices=Sex.choices, blank=True)
    ethnicity = models.CharField("民族", max_length=40, blank=True)
    born = models.DateField("出生日期", null=True, blank=True)
    native_place = models.CharField("籍贯", max_length=60, blank=True)
    education = models.CharField("学历", max_length=40, blank=True)
    degree = models.CharField("学位", max_length=40, blank=True)
    school = models.CharField("毕业院校", max_length=80, blank=True)
    subject = models.CharField("专业", max_length=80, blank=True)
    work_post = models.CharField("工作岗位", max_length=60, blank=True)
    technical_post = models.CharField("从事专业技术职务", max_length=60, blank=True)
    applied = models.DateField("入党申请日期", null=True, blank=True)
    joined = models.DateField("加入党组织日期", null=True, blank=True)
    confirmed = models.DateField("转为正式党员日期", null=True, blank=True)
    suspended = models.BooleanField("停止党籍", default=False)
    lost = models.BooleanField("失联", default=False)
    lost_since = models.DateField("失去联系日期", null=True, blank=True)
    lost_how = models.CharField("失去联系情形", max_length=120, blank=True)
    floating = models.BooleanField("流动党员", default=False)
    floating_to = models.CharField("外出流向", max_length=120, blank=True)
    id_number_index = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    sealed = models.BinaryField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "党员"
        indexes = [
            models.Index(fields=["name"], name="member_name"),
            models.Index(fields=["pinyin"], name="member_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sensitive(self) -> dict[str, str]:
        """The sealed fields (profile.SEALED), opened; empty texts left out.

        Empty once the member's key is destroyed.
        """
        if self.sealed is None:
            return {}
        if "wrapped_key" in self.__dict__:  # fetched with a list (`queries.members`)
            wrapped = self.__dict__["wrapped_key"]
            key = None if wrapped is None else bytes(wrapped)
            return sealing.opened_by(key, SEALED_WITH, self.id, bytes(self.sealed)) or {}
        return sealing.opened(SEALED_WITH, self.id, bytes(self.sealed)) or {}

    def memberships_on(self, day: date) -> models.QuerySet[Membership]:
        """The memberships in force on `day`."""
        return self.memberships.filter(in_force(day))

    def places_on(self, day: date) -> list[str]:
        """The ids of the organizations to which the person belongs, or which handle the application."""
        rows = (self.memberships_on(day), self.applications.filter(in_force(day)))
        return [place for row in rows for place in row.values_list("organization_id", flat=True)]

    def restore(self, values: dict[str, Any]) -> None:
        """Take on the values of a snapshot (undo). Does not save."""
        for field in self._meta.concrete_fields:
            if field.attname in values:
                setattr(self, field.attname, field.to_python(values[field.attname]))
        kept = {name: values[name] for name in SEALED if values.get(name)}
        self.sealed = sealing.sealed(SEALED_WITH, self.id, kept) if kept else None
        number = kept.get("id_number")
        self.id_number_index = sealing.index(number) if number else None

    def snapshot(self) -> dict[str, Any]:
        """What the log keeps of a member: every field, the sealed ones opened (the log seals them again)."""
        left_out = ("id_number_index", "sealed")
        plain = {f.attname: getattr(self, f.attname) for f in columns(self)}
        return {name: value for name, value in plain.items() if name not in left_out} | self.sensitive


class Membership(Interval):
    """Where a member belongs (党组织关系), as what, [since, until): a row of the relation `memberships`."""

    undoable: ClassVar[bool] = True
    personal_words: ClassVar[tuple[str, ...]] = ("reason",)

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="memberships")
    status = models.CharField("人员类别", max_length=20, choices=Status.choices)
    category = models.CharField("身份", max_length=20, choices=Category.choices)
    reason = models.CharField("变动原因", max_length=120, blank=True)
    recorded = models.DateField("登记日期")

    class Meta:
        verbose_name = "组织关系"
        constraints = [
            ends_after_it_begins("membership"),
            models.UniqueConstraint(fields=["member", "organization", "since"], name="membership_one_a_day"),
        ]
        indexes = [
            models.Index(fields=["organization", "until"], name="membership_of_organization"),
            models.Index(fields=["member", "since"], name="membership_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.organization_id} {self.since}"

    def sealed_with(self) -> tuple[str, str]:
        """Its changes are sealed with the member's key: forgetting a person forgets them too."""
        return SEALED_WITH, self.member_id


class Application(Interval):
    """An application to join the Party (入党申请) that an organization handles, [since, until).

    The applicant (入党申请人) has no membership; the application ends when one begins, or when it is
    withdrawn. It proves nothing to the audit: the steps of development are evidence of their own.
    """

    undoable: ClassVar[bool] = True
    personal_words: ClassVar[tuple[str, ...]] = ("reason",)

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    member = models.ForeignKey(Member, models.CASCADE, related_name="applications")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="applications"
    )
    activist = models.DateField("确定为积极分子日期", null=True, blank=True)
    prospect = models.DateField("确定为发展对象日期", null=True, blank=True)
    reason = models.CharField("结束原因", max_length=120, blank=True)
    recorded = models.DateField("登记日期")

    class Meta:
        verbose_name = "入党申请"
        constraints = [
            ends_after_it_begins("application"),
            models.UniqueConstraint(fields=["member", "organization", "since"], name="application_one_a_day"),
        ]
        indexes = [
            models.Index(fields=["organization", "until"], name="application_of_organization"),
            models.Index(fields=["member", "since"], name="application_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.organization_id} {self.since}"

    def sealed_with(self) -> tuple[str, str]:
        """Its changes are sealed with the applicant's key."""
        return SEALED_WITH, self.member_id


class Grouping(Interval):
    """To which group (党小组) of the branch a member is assigned (编组), [since, until).

    It proves nothing to the audit: a member belongs to the branch. It holds only while that does.
    """

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    member = models.ForeignKey(Member, models.PROTECT, related_name="groupings")
    group = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="groupings")
    recorded = models.DateField("登记日期")

    class Meta:
        verbose_name = "编组"
        constraints = [
            ends_after_it_begins("grouping"),
            models.UniqueConstraint(fields=["member", "since"], name="grouping_one_a_day"),
        ]
        indexes = [models.Index(fields=["group", "until"], name="grouping_of_group")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.group_id} {self.since}"

    def sealed_with(self) -> tuple[str, str]:
        """Its changes are sealed with the member's key."""
        return SEALED_WITH, self.member_id


class Destruction(models.Model):
    """That a person's data was destroyed (销毁个人信息): when and on what ground. It names nobody.

    It has a key of its own, so that the ground can still be read when the person's key is gone.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    member = models.OneToOneField(Member, models.PROTECT, related_name="destruction")
    day = models.DateField("销毁日期")
    reason = models.CharField("依据", max_length=120)

    class Meta:
        verbose_name = "个人信息销毁"

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"
