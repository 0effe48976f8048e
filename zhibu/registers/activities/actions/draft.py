"""What a form says of an activity, and when it is whole enough to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.access import Refused
from zhibu.registers.activities import kinds, rules
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs


@dataclass(frozen=True)
class Draft:
    """What a form says of an activity. `joint` are the organizations that hold it together with the first."""

    title: str
    kinds: tuple[str, ...]
    blocks: tuple[rules.Block, ...]
    place: str = ""
    chair: str = ""
    content: str = ""
    visitors: str = ""
    counts_for: date | None = None
    counts_for_reason: str = ""
    late_reason: str = ""
    joint: tuple[Organization, ...] = ()

    @property
    def first_day(self) -> date:
        """The first day of the activity."""
        return min(block.day for block in self.blocks)

    @property
    def last_day(self) -> date:
        """The last day of the activity."""
        return max(block.day for block in self.blocks)


def check(
    organization: Organization,
    draft: Draft,
    *,
    held: bool,
    today: date,
    recorded: date | None = None,
    what: str = "这次活动没有登记",
) -> None:
    """Refuse a draft that is not whole: time, content and people must be there (三落实)."""

    def require(holds: object, why: str, mend: str, code: str) -> None:
        if not holds:
            raise Refused(what=what, why=why, mend=mend, code=f"activities.{code}")

    faults = rules.block_faults(draft.blocks)
    require(not faults, "时间不对：" + "".join(faults), "请改正时间", "time")
    placement = organization.placement_on(draft.first_day)
    require(
        placement,
        f"{organization}在{draft.first_day:%Y年%m月%d日}还没有成立或已撤销",
        "请核对日期",
        "no_organization",
    )
    norm = packs.norm()
    of_hosts = {placement.kind} if placement else set()
    for joint in draft.joint:
        found = joint.placement_on(draft.first_day)
        require(found, f"{joint}在这一天还没有成立或已撤销", "请核对联合开展的组织", "no_organization")
        of_hosts.add(found.kind if found else "")
    possible = {kind.id for host in of_hosts for kind in kinds.offered(norm, host)}
    require(draft.kinds, "没有选活动类型", "请至少选一项", "no_kind")
    unknown = [kinds.title_of(norm, kind) for kind in draft.kinds if kind not in possible]
    require(not unknown, "、".join(unknown) + "不能由这个组织开展", "请改选活动类型", "kind")
    require(draft.title.strip(), "没有名称", "请写活动名称", "no_title")
    moved = draft.counts_for is not None and draft.counts_for != draft.first_day
    require(not moved or draft.counts_for_reason.strip(), "顺延没有写原因", "请写明为什么改期", "no_reason")
    apart = abs((draft.counts_for - draft.first_day).days) if draft.counts_for else 0
    require(apart <= 366, "计入的日期与活动日期相差一年以上", "请核对年份", "far_apart")
    if held:
        require(draft.last_day <= today, "活动日期在今天之后", "请先作为计划保存，开展之后再登记", "future")
        require(
            draft.content.strip(), "没有内容", "请写学习或议事的内容（时间、内容、人员三落实）", "no_content"
        )
        late = rules.is_late_entry(draft.last_day, recorded or today)
        require(
            not late or draft.late_reason.strip(),
            "补录没有写原因",
            "请写明为什么现在才录入",
            "no_late_reason",
        )
