"""The writers of a branch's groups (党小组) themselves: set up, rename, dissolve. Done with the right
`organizations.group`, which a branch has for its own; what is written is the tree's.
"""

from __future__ import annotations

from datetime import date

from zhibu.access import Refused, action, log, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.intervals import in_force
from zhibu.registers.members.actions.grouping import end_grouping
from zhibu.registers.members.models import Grouping
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations.models import Kind, Organization, Placement, Post

VERB = "organizations.group"


@action(VERB)
def set_up_group(
    *, actor: Account, branch: Organization, name: str, since: date, today: date
) -> Organization:
    """Set up a group (设立党小组) of a branch from `since`.

    Refused: a day to come or before the branch, a name that a group of the branch has then or later, what is
    no branch.
    """
    permit(actor, VERB, branch)
    placement = branch.placement_on(since)
    if placement is not None and placement.kind != Kind.BRANCH:
        raise _refused(
            "没有设立", f"“{branch}”不是党支部", "党小组设在党支部之下，请打开党支部办理", "no_branch"
        )
    _refuse_future(since, today, "没有设立")
    _refuse_taken(branch, name, since, "没有设立")
    return organizations.establish(
        actor=actor, name=name, kind=Kind.GROUP, since=since, parent=branch, verb=VERB
    )


@action(VERB)
def rename_group(*, actor: Account, group: Organization, name: str, since: date, today: date) -> Placement:
    """Give a group another name from `since`."""
    permit(actor, VERB, group)
    branch = _branch_of(group, "没有更名")
    _refuse_future(since, today, "没有更名")
    _refuse_taken(branch, name, since, "没有更名", besides=group.pk)
    return organizations.change(actor=actor, organization=group, since=since, name=name, verb=VERB)


@action(VERB)
def dissolve_group(*, actor: Account, group: Organization, until: date, today: date) -> int:
    """Dissolve a group (撤销党小组): its members belong to none from `until`, and nobody leads it; gives how many
    members those were.

    Refused: a day to come, or before someone was assigned to it.
    """
    permit(actor, VERB, group)
    branch = _branch_of(group, "没有撤销")
    _refuse_future(until, today, "没有撤销")
    later = Grouping.objects.filter(group=group, since__gt=until).select_related("member").first()
    if later is not None:
        why = f"{later.member.name} 在 {later.since} 才编入该组"
        raise _refused("没有撤销", why, "请填那一天以后的日期", "later")
    moved = list(Grouping.objects.filter(in_force(until), group=group))
    for row in moved:
        end_grouping(actor, branch, row, until, verb=VERB)
    for post in Post.objects.filter(in_force(until), organization=group, since__lt=until):
        before = snapshot(post)
        post.until = until
        post.save(update_fields=["until"])
        places, people = [branch.pk, group.pk], [post.member_id]
        log(actor, VERB, post, before=before, after=snapshot(post), organizations=places, members=people)
    organizations.dissolve(actor=actor, organization=group, until=until, verb=VERB)
    return len(moved)


def _branch_of(group: Organization, what: str) -> Organization:
    """The branch that the group belongs to."""
    placement = group.latest_placement()
    if placement is None or placement.kind != Kind.GROUP or placement.parent is None:
        raise _refused(what, f"“{group}”不是党小组", "党支部和党委由组织部办理", "no_group")
    return placement.parent


def _refuse_future(day: date, today: date, what: str) -> None:
    if day > today:
        raise _refused(what, "日期在今天之后", "请填今天或以前的日期", "future")


def _refuse_taken(branch: Organization, name: str, since: date, what: str, besides: str = "") -> None:
    rows = Placement.objects.filter(kind=Kind.GROUP, parent=branch, name=name.strip())
    rows = rows.exclude(until__lte=since).exclude(organization=besides)
    if rows.exists():
        raise _refused(what, f"本支部已有“{name.strip()}”", "请换一个名称，如写明是第几党小组", "same_name")


def _refused(what: str, why: str, mend: str, code: str) -> Refused:
    return Refused(what=what, why=why, mend=mend, code=f"organizations.group_{code}")
