"""The writer of groups (党小组): which member of a branch is assigned to which of its groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from zhibu.access import Refused, action, log, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.intervals import in_force
from zhibu.registers.members import queries
from zhibu.registers.members.models import Grouping, Membership
from zhibu.registers.organizations.models import Organization

VERB = "members.group"


@action(VERB)
def arrange(
    *, actor: Account, branch: Organization, groups: Mapping[str, str | None], since: date, today: date
) -> int:
    """Assign members (id → id of a group of the branch, None: to none) from `since`; gives how many were changed.

    Refused: a day to come, a group that is not the branch's, a person who does not belong to the branch then,
    nothing changed.
    """
    permit(actor, VERB, branch)
    if since > today:
        raise _refused("日期在今天之后", "请填今天或以前的日期", "future")
    below = {row.organization_id for row in queries.groups_of(branch, since)}
    if any(group is not None and group not in below for group in groups.values()):
        raise _refused("所选的党小组当天不在本支部", "请重新选择", "not_below")
    roll = Membership.objects.filter(in_force(since), organization=branch).values_list("member_id", flat=True)
    if set(groups) - set(roll):
        raise _refused("名单中有人当天不在本支部", "请改日期，或刷新名单", "not_here")
    rows = Grouping.objects.filter(in_force(since), member__in=list(groups))
    standing = {row.member_id: row for row in rows}
    later = Grouping.objects.filter(member__in=list(groups), since__gt=since)
    if taken := later.select_related("member").first():
        raise _refused(f"{taken.member.name} 在 {taken.since} 已另行编组", "请填那一天或以后的日期", "later")
    changed = 0
    for member, group in groups.items():
        old = standing.get(member)
        if (old.group_id if old else None) == group:
            continue
        changed += 1
        if old is not None:
            end_grouping(actor, branch, old, since)
        if group is not None:
            row = Grouping.objects.create(member_id=member, group_id=group, since=since, recorded=today)
            places = [branch.pk, group]
            log(actor, VERB, row, before=None, after=snapshot(row), organizations=places, members=[member])
    if not changed:
        raise _refused("没有改动", "改了谁的党小组再保存", "same")
    return changed


def end_grouping(actor: Account, branch: Organization, row: Grouping, until: date, verb: str = VERB) -> None:
    """End an assignment; one that began on the same day was a slip and is taken away."""
    before, places = snapshot(row), [branch.pk, row.group_id]
    if row.since == until:
        key = row.pk
        row.delete()
        row.pk = key
        log(actor, verb, row, before=before, after=None, organizations=places, members=[row.member_id])
        return
    row.until = until
    row.save(update_fields=["until"])
    log(actor, verb, row, before=before, after=snapshot(row), organizations=places, members=[row.member_id])


def _refused(why: str, mend: str, code: str) -> Refused:
    return Refused(what="没有编组", why=why, mend=mend, code=f"members.group_{code}")
