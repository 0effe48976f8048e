"""The rates of the twin as tables of Markdown: docs/twin.md holds them, a test compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zhibu.norm.model import Kind

Rates = dict[str, Any]

#: What the single shares of rates.yaml mean, as the page says it.
TITLES = {
    "college.branches": "每个党委的支部数",
    "college.retired_branches": "其中离退休支部数",
    "college.other_number_of_branches": "支部数多一个或少一个的党委",
    "college.fourth_retired_branch": "多一个离退休支部的党委",
    "college.general_branch": "设有党总支的党委",
    "college.branch_without_parent": "没有上级的支部（另外第一个党委必有一个）",
    "college.groups_in_branch": "分两个党小组的支部",
    "college.branch_committee": "设支部委员会的支部",
    "college.retired_members": "离退休党员",
    "college.student_members": "学生党员",
    "members.transferred": "每年在本党委内转支部的党员",
    "members.left": "每年转出的党员",
    "members.joined": "每年新发展的预备党员",
    "members.retired": "每年九月一日退休的党员（只在职的）",
    "members.full": "每年按期转正的党员",
    "members.two_branches": "同时编在两个支部的党员",
    "posts.no_secretary": "缺书记的党委",
    "posts.two_secretaries": "有两个书记的党委",
    "posts.no_fulltime_deputy": "缺专职副书记的党委",
    "posts.president_not_deputy": "院长未兼副书记的党委",
    "posts.too_few_party_staff": "专职党务人员不足的党委",
    "posts.secretary_changed": "中途换过书记的支部",
    "entries.late": "事后 15 至 74 天才登记的（补录）",
    "entries.made_up": "过期 5 天以后才做的定期工作（补做）",
    "exemptions.member": "经批准免除的党员（党费除外）",
    "exemptions.branch": "一年不做志愿服务日的支部",
    "activities.missed": "没有活动的周三下午",
    "activities.postponed": "顺延一周以上的活动",
    "activities.joint": "两个支部联合的活动",
    "activities.attendance": "学习日的到会率",
    "activities.minutes": "学习日一次的学时（分钟）",
    "dues.missed": "始终没有交的月份（离退休党员为季度）",
    "dues.late": "过期 5 至 49 天才交的",
    "dues.ahead": "提前交的",
    "dues.two_of_three": "离退休党员一季只交两个月的",
    "dues.stopped": "连续八个月没有交的党员",
    "dues.excused": "其中有正当理由的",
    "other.term_expired": "集中换届以前任期已满的支部、党委",
    "other.campaign_held": "2026 年下半年集中换届的支部",
    "other.extension_too_long": "延期 400 天的延期换届",
    "other.certificate_expired": "资格证书到期的经办人",
    "other.residence": "转出党员中迁居的",
    "other.overspent": "一年支出超过预算的党组织",
    "other.branches_named": "每年命名的品牌支部数",
    "other.other_number_named": "少命名一个的党委",
    "other.admonished": "没有交党费、30 天内批评教育了的",
    "other.admonished_late": "31 至 60 天才批评教育的",
}
WHO = {
    "committee": "党委",
    "organisation": "各级党组织",
    "branch": "支部",
    "branch_committee": "设支委会的支部",
    "group": "党小组",
    "member": "党员",
    "in_service": "在职党员",
    "committee_seat": "党委班子成员",
    "leading_body": "领导班子成员",
    "college_leader": "校领导",
    "leading_cadre": "党员领导干部",
    "member_cadre": "党员干部",
    "handler": "发展党员经办人",
}
EACH = {"month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年", "semester": "每学期"}


def share(value: float) -> str:
    """A share as per cent; whole numbers stay as they are."""
    return str(value) if isinstance(value, int) else f"{value * 100:g} %"


def tables(rates: Rates, kinds: Mapping[str, Kind]) -> Iterator[list[str]]:
    """The tables of the page, each as its lines."""
    yield from (single(rates, group) for group in ("college", "members", "posts", "entries", "exemptions"))
    yield single(rates, "activities")
    yield ["| 同时也是 | 安排在 | 月份 | 没做 |", "|---|---|---|---|"] + [
        f"| {titled(row['kind'], kinds)} | {titled(row['theme'], kinds)} "
        f"| {'、'.join(str(month) for month in row['months'])} | {share(row['missed'])} |"
        for row in rates["activities"]["also"]
    ]
    yield single(rates, "dues")
    yield ["| 定期工作 | 谁 | 多久一次 | 没做 |", "|---|---|---|---|"] + [
        f"| {several(row['kinds'], kinds)} | {WHO[row['who']]} | {EACH[row['each']]} "
        f"| {share(row['missed'])} |"
        for row in rates["periodic"]
    ]
    yield ["| 事项 | 应有的材料 | 前后 | 没有 | 迟 |", "|---|---|---|---|---|"] + [
        f"| {titled(row.get('after') or row['before'], kinds)} | {several(row['kinds'], kinds)} "
        f"| {'之后' if 'after' in row else '之前'} | {share(row['missed'])} | {share(row.get('late', 0))} |"
        for row in rates["following"]
    ]
    yield ["| 常态 | 谁 | 没有 | 重复 |", "|---|---|---|---|"] + [
        f"| {several(row['kinds'], kinds)} | {WHO[row['who']]} | {share(row['missed'])} "
        f"| {share(row.get('twice', 0))} |"
        for row in rates["standing"]
    ]
    yield ["| 年度评议结果 | 比例 |", "|---|---|"] + [
        f"| {titled(kind, kinds)} | {share(value)} |" for kind, value in rates["appraisal"].items()
    ]
    yield single(rates, "other")


def single(rates: Rates, group: str) -> list[str]:
    """The table of one group of single shares."""
    return ["| 事项 | 比例 |", "|---|---|"] + [
        f"| {TITLES[f'{group}.{name}']} | {share(value)} |"
        for name, value in rates[group].items()
        if not isinstance(value, list)
    ]


def titled(kind: str, kinds: Mapping[str, Kind]) -> str:
    """A kind's title with its id."""
    return f"{kinds[kind].title} `{kind}`"


def several(names: list[str], kinds: Mapping[str, Kind]) -> str:
    """Titles of several kinds."""
    return "、".join(titled(kind, kinds) for kind in names)
