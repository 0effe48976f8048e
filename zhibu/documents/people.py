"""Who stands on a roster: the persons of an organization on a day, with their posts, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu.access import scope
from zhibu.registers.intervals import in_force
from zhibu.registers.members import words
from zhibu.registers.members.importing import exporting
from zhibu.registers.members.models import Category, Membership, Status
from zhibu.registers.members.roster.masks import MASKS
from zhibu.registers.organizations.models import Kind, Organization, Placement, Post, PostKind

#: What people are told of a profile in the last column of a roster.
MARKS = (("suspended", "停止党籍"), ("lost", "失联"), ("floating", "流动党员"))


@dataclass(frozen=True)
class Person:
    """One person: the profile's fields opened, with the membership of the day; numbers covered or in full."""

    id: str
    values: dict[str, Any]
    branch: str
    branch_id: str
    posts: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A field in words; empty where nothing is known."""
        value = words.word(name, self.values.get(name))
        if isinstance(value, date):
            return value.isoformat()
        return str(value or "")

    def month(self, name: str) -> str:
        """A day as year and month, as rosters write births: 1980.03."""
        value = self.values.get(name)
        return f"{value.year}.{value.month:02d}" if isinstance(value, date) else ""

    @property
    def status(self) -> str:
        """正式党员, 预备党员."""
        return str(Status(self.values["status"]).label)

    @property
    def category(self) -> str:
        """在职, 学生, 离退休."""
        return str(Category(self.values["category"]).label)

    @property
    def remarks(self) -> str:
        """What a roster says beside the name."""
        return "、".join(word for name, word in MARKS if self.values.get(name))


def on_roll(organization: Organization, day: date, masked: bool = True) -> list[Person]:
    """The members of the organization and all below it on the day: branch by branch, by name."""
    posts: dict[str, list[str]] = {}
    held = Post.objects.filter(in_force(day), organization__in=scope.subtree([organization.pk]))
    for post in held.order_by("since"):
        posts.setdefault(post.member_id, []).append(post_title(post))
    found = []
    for row in exporting.people(Membership, organization, day):
        values = covered(row) if masked else row
        found.append(
            Person(row["id"], values, row["branch"], row["organization_id"], posts.get(row["id"], []))
        )
    return found


def covered(values: dict[str, Any]) -> dict[str, Any]:
    """The numbers of a profile with their middle hidden."""
    return values | {name: mask(values[name]) for name, mask in MASKS.items() if values.get(name)}


def post_title(post: Post) -> str:
    """A post with what it is for: 支部委员（组织委员）."""
    title = str(post.get_kind_display())
    return title if post.portfolio in ("", title) else f"{title}（{post.portfolio}）"


def name_on(organization: Organization, day: date) -> tuple[str, str]:
    """Name and kind of an organization on a day, else as it last stood."""
    placement = organization.placement_on(day) or organization.latest_placement()
    return (placement.name, placement.kind) if placement else (organization.pk, "")


def groups_of(organization: Organization, day: date) -> list[Placement]:
    """The groups (党小组) at or below an organization on the day, by name."""
    rows = Placement.objects.filter(
        in_force(day), kind=Kind.GROUP, organization__in=scope.subtree([organization.pk])
    )
    return list(rows.order_by("parent", "name"))


def leaders(groups: Iterable[str], day: date) -> dict[str, list[str]]:
    """Group → the members who lead it on the day."""
    held = Post.objects.filter(in_force(day), organization__in=list(groups), kind=PostKind.GROUP_LEADER)
    found: dict[str, list[str]] = {}
    for post in held.order_by("since"):
        found.setdefault(post.organization_id, []).append(post.member_id)
    return found


def counted(people: Iterable[Person]) -> str:
    """How many there are by status and category, in a line."""
    found = list(people)
    parts = []
    for choices, name in ((Status.choices, "status"), (Category.choices, "category")):
        counts = [(label, sum(one.values[name] == key for one in found)) for key, label in choices]
        parts.append("、".join(f"{label} {count} 人" for label, count in counts if count))
    said = "；".join(part for part in parts if part)
    return f"共 {len(found)} 人{'：' + said if said else ''}。"
