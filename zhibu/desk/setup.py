"""The checklist of a fresh deployment (启用准备): what to fill next, reckoned from what is there.

Each line is one thing to do with the form that does it, not a missed cell: nothing is owed before the first day of use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import permits, scope
from zhibu.access.models import Account, Grant
from zhibu.access.permission import permit
from zhibu.desk.readings import signatures
from zhibu.desk.school_calendar import needs, needs_calendar
from zhibu.registers.evidence.models import Entry
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Member, Membership
from zhibu.registers.organizations.models import (
    Establishment,
    FirstDayOfUse,
    Organization,
    Post,
    Term,
)
from zhibu.site import clock, packs
from zhibu.site.wording import full_day

#: Who sees the checklist: whoever may fill it in.
VERB = "organizations.term"
_SHOWN = 6
#: The committee's posts that are asked for, where a pack lists them.
_HEADS = ("secretary", "deputy_secretary.fulltime", "president")


@dataclass
class Step:
    """One line: how much of it is done, what is open with the address that fills it, and the button."""

    key: str
    title: str
    why: str
    done: int = 0
    total: int = 1
    open: list[tuple[str, str]] = field(default_factory=list)
    more: int = 0
    button: tuple[str, str] | None = None
    said: str = ""

    @property
    def complete(self) -> bool:
        """Nothing of it is open."""
        return self.done >= self.total

    @property
    def measure(self) -> str:
        """4/23 where there are several, a word or what is filled in where there is one."""
        if self.total == 1:
            return (self.said or "已填") if self.complete else "待填"
        return f"{self.done}/{self.total}"


@dataclass
class _House:
    """A committee with what stands below it today."""

    committee: Any
    branches: list[Any]
    members: int
    begin: date | None  # the first day on which any of them belongs
    today: date
    records: frozenset[str]  # where the reader may record evidence: elsewhere the branch does it itself

    @property
    def all(self) -> list[Any]:
        return [self.committee, *self.branches]


def _houses(reader: Any, today: date) -> list[_House]:
    standing = scope.organizations(reader, VERB).on(today)
    found, records = [], scope.reachable(reader, "evidence.record")
    for committee in standing.filter(kind="committee").order_by("name"):
        below = Organization.objects.on(today).filter(id__in=scope.subtree((committee.pk,)))
        members = Membership.objects.filter(in_force(today), organization__in=below.values("id"))
        roll = members.aggregate(count=Count("pk"), begin=Min("since"))
        branches = list(below.filter(kind__in=("branch", "general_branch")).order_by("number", "name"))
        found.append(_House(committee, branches, roll["count"], roll["begin"], today, records))
    return found


def _each(step: Step, places: Iterable[Any], filled: Iterable[str], address: Callable[[Any], str]) -> Step:
    """Fill a step of one thing for each of several organizations."""
    have, listed = set(filled), list(places)
    missing = [one for one in listed if one.pk not in have]
    step.total, step.done = len(listed) or 1, len(listed) - len(missing)
    step.open = [(str(one), address(one)) for one in missing[:_SHOWN]]
    step.more = max(len(missing) - _SHOWN, 0)
    return step


def _form(name: str) -> Callable[[Any], str]:
    return lambda one: reverse(name, args=[one.pk])


def _appoint(organization: Any, kind: str) -> str:
    return f"{reverse('organization_appoint', args=[organization.pk])}?kind={kind}"


def _account_form(branch: Any, account: str | None) -> str:
    """The role for the secretary's account; before there is one, the accounts of the branch's members."""
    if account is None:
        return f"{reverse('account_sheet')}?organization={branch.pk}"
    return f"{reverse('account_grant', args=[account])}?role=branch_secretary&organization={branch.pk}"


def _rosters(house: _House) -> list[Step]:
    roster = Step("roster", "导入党员名册", "支部和党员都从名册来；名册里的新支部可在预览时一并建立")
    roster.done = int(house.members > 0)
    roster.button = ("导入名册", reverse("roster_import"))
    branches = Step("branches", "设立党支部", "各支部的隶属关系由此确定")
    branches.done = int(bool(house.branches))
    branches.button = ("新设党组织", reverse("organization_add"))
    steps = [roster, branches]
    if not any(kind.startswith("branch.") for duty in packs.norm().duties.values() for kind in duty.kinds):
        return steps  # no duty asks of which category a branch is
    kinds = Step("categories", "写明各支部的类别", "在职、学生、离退休的要求不同")
    categorised = [one.pk for one in house.branches if one.category]
    return [*steps, _each(kinds, house.branches, categorised, _form("organization_change"))]


def _dates(house: _House) -> list[Step]:
    use = Step("use", "定启用日期", "启用之前什么也不欠；这一天起按规范检查")
    first = FirstDayOfUse.objects.filter(organization=house.committee).order_by("since").first()
    use.done = int(first is not None)
    use.said = full_day(first.since) if first else ""
    if first and house.begin and house.begin > first.since:
        use.why += (
            f"。党员的组织关系最早从{full_day(house.begin)}起，在那以前党员不欠；要从启用日期算起，撤回导入的名册，"
            "再导入一次，“新增党员从哪天起在所在支部”填启用日期"
        )
    use.button = (
        "改启用日期" if first else "填启用日期",
        reverse("organization_use", args=[house.committee.pk]),
    )
    if "term" not in packs.norm().kinds:
        return [use]
    held = Term.objects.filter(in_force(house.today), organization__in=[one.pk for one in house.all])
    terms = Step("terms", "填各级组织的届期", "按期换届由此推算，到期前提醒")
    return [
        use,
        _each(terms, house.all, held.values_list("organization_id", flat=True), _form("organization_term")),
    ]


def _people(house: _House) -> list[Step]:
    posts = Post.objects.filter(in_force(house.today))
    below = [one.pk for one in house.branches]
    heads = posts.filter(kind="branch_secretary", organization__in=below)
    entered = dict(heads.values_list("organization_id", "member__account"))
    branch = Step("secretaries", "任命各支部书记", "述职、讲党课等由书记承担")
    steps = [_each(branch, house.branches, entered, lambda one: _appoint(one, "branch_secretary"))]
    norm = packs.norm()
    wanted = {one: norm.kinds[f"post.{one}"].title for one in _HEADS if f"post.{one}" in norm.kinds}
    committee = Step("committee", f"填{'、'.join(wanted.values())}", "人员配备由此判断")
    have = set(posts.filter(organization=house.committee, kind__in=wanted).values_list("kind", flat=True))
    committee.total, committee.done = len(wanted), len(have)
    committee.open = [
        (title, _appoint(house.committee, kind)) for kind, title in wanted.items() if kind not in have
    ]
    people = Step("establishment", "填编制数", "专职党务工作人员的比例由此计算")
    people.done = int(
        Establishment.objects.filter(in_force(house.today), organization=house.committee).exists()
    )
    people.button = ("填编制数", reverse("organization_establishment", args=[house.committee.pk]))
    accounts = Step(
        "accounts", "给支部书记开通账号", "由书记记录活动；先为支部的党员建账号、打印激活单，再授权书记"
    )
    granted = Grant.objects.filter(in_force(house.today), role="branch_secretary", organization__in=below)
    _each(
        accounts,
        house.branches,
        granted.values_list("organization_id", flat=True),
        lambda one: _account_form(one, entered.get(one.pk)),
    )
    steps += [committee] if wanted else []
    steps += [people] if "establishment" in norm.kinds else []
    return [*steps, accounts]


def _settled(house: _House) -> list[Step]:
    days = Entry.objects.filter(
        kind="dues.day", withdrawn__isnull=True, organization__in=[o.pk for o in house.branches]
    )
    dues = Step("dues", "定各支部的党费收缴日", "每个支部一个，按月收缴由此检查")
    _each(
        dues,
        house.branches,
        days.values_list("organization_id", flat=True),
        lambda one: (
            f"{reverse('evidence_add')}?kind=dues.day&organization={one.pk}"
            if one.pk in house.records
            else ""
        ),
    )
    norm = packs.norm()
    found = [dues] if "dues.day" in norm.kinds else []
    if needs_calendar(norm):
        calendar = Step("calendar", "核对校历", needs(norm, house.today) or "已签字确认，够用到下一学期")
        calendar.done = int(not needs(norm, house.today))
        calendar.button = ("核对校历", reverse("desk:school_calendar"))
        found.append(calendar)
    signed = signatures(norm)
    readings = Step("readings", "确认口径", "规范没有写死的地方，签字前按建议的口径计算")
    readings.total, readings.done = len(norm.readings) or 1, sum(1 for one in norm.readings if one in signed)
    readings.button = ("打开口径确认单", reverse("desk:readings"))
    return [*found, readings]


def _profiles(house: _House) -> list[Step]:
    below = [one.pk for one in house.all]
    here = Member.objects.filter(
        pk__in=Membership.objects.filter(in_force(house.today), organization__in=below).values("member")
    )
    step = Step("profiles", "补齐党员的出生、入党日期", "名册里空着的，可改好名册再导入一次")
    step.total = house.members or 1
    incomplete = (
        (here.filter(born__isnull=True) | here.filter(joined__isnull=True)).distinct().order_by("pinyin")
    )
    missing = incomplete.count()
    step.done = house.members - missing if house.members else 0
    step.open = [(one.name, reverse("member_change", args=[one.pk])) for one in incomplete[:_SHOWN]]
    step.more = max(missing - _SHOWN, 0)
    return [step]


def steps(house: _House) -> list[tuple[str, list[Step]]]:
    """The groups of the checklist for one committee."""
    groups = [("名册", _rosters(house))]
    if house.branches or house.members:
        groups += [
            ("日期", _dates(house)),
            ("人员", _people(house)),
            ("约定", _settled(house)),
            ("资料", _profiles(house)),
        ]
    return groups


@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """What to fill next, for each committee that the reader may fill in."""
    permit(request.user, VERB)
    today = clock.today()
    houses = [(house, steps(house)) for house in _houses(request.user, today)]
    flat = [step for _, groups in houses for _, several in groups for step in several]
    context = {
        "houses": houses,
        "done": sum(step.complete for step in flat),
        "total": len(flat),
        "several": len(houses) > 1,
        "next": next((step for step in flat if not step.complete), None),
    }
    return render(request, "desk/setup.html", context)


def open_steps(reader: Any) -> list[Step]:
    """What is still to fill, of all committees that the reader may fill in."""
    if not permits(reader, VERB):
        return []
    houses = _houses(reader, clock.today())
    return [step for house in houses for _, several in steps(house) for step in several if not step.complete]


def is_fresh(reader: Any) -> bool:
    """True while a committee that the reader may set up has no members, or its first day of use is to come."""
    if not isinstance(reader, Account) or not permits(reader, VERB):
        return False
    today = clock.today()
    for committee in scope.organizations(reader, VERB).on(today).filter(kind="committee"):
        if not FirstDayOfUse.objects.filter(organization=committee, since__lte=today).exists():
            return True
        below = scope.subtree((committee.pk,))
        if not Membership.objects.filter(in_force(today), organization__in=below).exists():
            return True
    return False
