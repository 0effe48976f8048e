"""The tree of organizations (党组织), with everything about it that changes over time as dated rows.

Intervals are [since, until); `until` empty = still so. `recorded` is the day the system learnt it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from zhibu.registers.intervals import Interval, ends_after_it_begins, in_force
from zhibu.site.found_by import FoundBy
from zhibu.site.identifiers import new_id


class Kind(models.TextChoices):
    """What an organization is in the tree."""

    COMMITTEE = "committee", "党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    GROUP = "group", "党小组"


class Category(models.TextChoices):
    """Whom an organization is made up of."""

    STAFF = "staff", "在职"
    STUDENT = "student", "学生"
    RETIREE = "retiree", "离退休"
    MIXED = "mixed", "混合"


class PostKind(models.TextChoices):
    """Posts (职务). Those of `facts.POSTS` are states of the norm; the others only say who does what."""

    SECRETARY = "secretary", "党委书记"
    DEPUTY_SECRETARY = "deputy_secretary", "党委副书记"
    FULLTIME_DEPUTY = "deputy_secretary.fulltime", "专职副书记"
    COMMITTEE_MEMBER = "committee_member", "党委委员"
    PRESIDENT = "president", "校长"
    COLLEGE_LEADER = "college_leader", "校领导"
    CADRE = "cadre", "党员干部"
    FULLTIME_STAFF = "party_staff.fulltime", "专职党务工作人员"
    BRANCH_SECRETARY = "branch_secretary", "支部书记"
    BRANCH_DEPUTY_SECRETARY = "branch_deputy_secretary", "支部副书记"
    BRANCH_COMMITTEE_MEMBER = "branch_committee_member", "支部委员"
    GROUP_LEADER = "group_leader", "党小组长"


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Organizations as they stood on a day.

    Annotated rows are typed Any: the checker knows only the fields of the model itself.
    """

    def on(self, day: date) -> Any:
        """Those standing on `day`, each with `name`, `kind`, `category`, `parent_id` and
        `placed_since` of that day.
        """
        standing = Q(placements__since__lte=day) & (
            Q(placements__until__isnull=True) | Q(placements__until__gt=day)
        )
        return (
            self.annotate(placed=models.FilteredRelation("placements", condition=standing))
            .filter(placed__id__isnull=False)
            .annotate(
                name=F("placed__name"),
                kind=F("placed__kind"),
                category=F("placed__category"),
                parent_id=F("placed__parent_id"),
                placed_since=F("placed__since"),
            )
        )

    def latest(self) -> Any:  # type: ignore[override]
        """All, also dissolved ones, each with the values of its last placement (and `placed_until`)."""
        later = Placement.objects.filter(
            organization=models.OuterRef("organization"), since__gt=models.OuterRef("since")
        )
        last = Placement.objects.filter(~models.Exists(later))
        # One join: what is annotated comes from the row that the filter leaves.
        return self.filter(placements__in=last).annotate(
            name=F("placements__name"),
            kind=F("placements__kind"),
            category=F("placements__category"),
            parent_id=F("placements__parent_id"),
            placed_since=F("placements__since"),
            placed_until=F("placements__until"),
        )


class Organization(models.Model):
    """A party organization. Name, kind, category and parent change over time: `Placement`."""

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    number = models.CharField("编号", max_length=40, blank=True)
    short_name = models.CharField("简称", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    founded = models.DateField("成立日期", null=True, blank=True)
    found_by = FoundBy("short_name", "number")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = "党组织"

    def placement_on(self, day: date) -> Placement | None:
        """Its row of the tree on `day`, None where it did not stand."""
        return self.placements.filter(in_force(day)).first()

    def latest_placement(self) -> Placement | None:
        """Its last row of the tree."""
        return self.placements.order_by("-since").first()

    def __str__(self) -> str:
        name = self.__dict__.get("name")  # there when the query asked `on` a day
        if name is None:
            placement = self.latest_placement()
            name = placement.name if placement else self.id
        return str(name)


class Placement(Interval):
    """Where an organization stands in the tree, as what and under which name, [since, until).

    A row of the relation `organizations` is a row of this table.
    """

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="placements")
    parent = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="placements_below"
    )
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    category = models.CharField("类别", max_length=20, choices=Category.choices, null=True, blank=True)
    name = models.CharField("名称", max_length=120)
    found_by = FoundBy("name")

    class Meta:
        verbose_name = "隶属关系"
        constraints = [
            ends_after_it_begins("placement"),
            models.UniqueConstraint(fields=["organization", "since"], name="placement_one_a_day"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(until__isnull=True), name="placement_one_now"
            ),
            models.CheckConstraint(condition=~Q(parent=F("organization")), name="placement_not_below_itself"),
        ]
        indexes = [models.Index(fields=["parent", "until"], name="placement_below")]

    def __str__(self) -> str:
        return self.name


class Post(Interval):
    """Who holds a post (职务) of an organization, [since, until)."""

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="posts")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="posts")
    kind = models.CharField("职务", max_length=40, choices=PostKind.choices)
    portfolio = models.CharField("分工", max_length=60, blank=True)
    document = models.CharField("任免文号", max_length=120, blank=True)
    recorded = models.DateField("登记日期")

    class Meta:
        verbose_name = "任职"
        constraints = [
            ends_after_it_begins("post"),
            models.UniqueConstraint(
                fields=["organization", "member", "kind", "since"], name="post_one_of_a_kind_a_day"
            ),
        ]
        indexes = [models.Index(fields=["organization", "until"], name="post_of_organization")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.member_id}"

    @staticmethod
    def verbs_besides(posts: Collection[str]) -> dict[str, str]:
        """By post of a group: the verb with which its branch fills it and puts it back (undo)."""
        leaders = Post.objects.filter(pk__in=posts, kind=PostKind.GROUP_LEADER).values_list("pk", flat=True)
        return dict.fromkeys(leaders, "organizations.appoint_below")


class Term(Interval):
    """A term of office (届期). `until` only where another end was approved (提前或延期); else it lasts
    as the norm says.
    """

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField("第几届", null=True, blank=True)
    approval = models.CharField("批复文号", max_length=120, blank=True)
    recorded = models.DateField("登记日期")

    class Meta:
        verbose_name = "届期"
        constraints = [
            ends_after_it_begins("term"),
            models.UniqueConstraint(fields=["organization", "since"], name="term_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.since}"


class Establishment(Interval):
    """The staff establishment (编制数): how many people, from when."""

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="establishments")
    people = models.PositiveIntegerField("编制人数")
    document = models.CharField("依据", max_length=120, blank=True)
    recorded = models.DateField("登记日期")

    class Meta:
        verbose_name = "编制"
        constraints = [
            ends_after_it_begins("establishment"),
            models.UniqueConstraint(fields=["organization", "since"], name="establishment_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.people} 人"


class FirstDayOfUse(Interval):
    """From which day (启用日期) a committee follows a pack; `pack` is its id, or `*` for all."""

    undoable: ClassVar[bool] = True

    id = models.CharField(primary_key=True, max_length=40, default=new_id)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="first_days_of_use")
    pack = models.CharField("规范包", max_length=60, default="*")

    class Meta:
        verbose_name = "启用日期"
        constraints = [
            ends_after_it_begins("first_day_of_use"),
            models.UniqueConstraint(fields=["organization", "pack", "since"], name="first_day_of_use_one"),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.since}"
