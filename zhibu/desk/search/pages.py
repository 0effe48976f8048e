"""The pages themselves, found by what they are called, as far as they open to the reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse

from zhibu.access import permits, scope
from zhibu.desk.search.hits import Hit
from zhibu.site import sounds
from zhibu.site.navigation import installed, opened, places


class Page(NamedTuple):
    """A page beside those of the navigation: title, name of its address, the verb that opens it, other words."""

    title: str
    name: str
    verb: str
    words: str = ""


PAGES: tuple[Page, ...] = (
    Page("距达标还差什么", "desk:ahead", "desk.read", "预测"),
    Page("检查结果", "desk:findings", "desk.read", "未完成 逾期"),
    Page("学校校历", "desk:school_calendar", "", "学期 假期 停课"),
    Page("组织列表", "organization_list", "organizations.read", "支部列表"),
    Page("任职", "post_list", "organizations.read", "职务 书记 委员"),
    Page("设立党组织", "organization_add", "organizations.establish", "新增支部"),
    Page("新增党员", "member_add", "members.add"),
    Page("新增入党申请人", "applicant_add", "members.apply", "发展党员 积极分子"),
    Page("导入花名册", "roster_import", "roster.import", "上传名册 Excel"),
    Page("登记活动", "activity_record", "activities.record", "三会一课 学习"),
    Page("安排活动", "activity_plan", "activities.plan", "计划 方案"),
    Page("心得体会", "education_reflections", "education.read", "学习 季度"),
    Page("登记纸质心得", "education_papers", "education.record", "心得体会"),
    Page("外出培训", "education_trainings", "education.read", "证书 学时"),
    Page("补学", "make_up_list", "activities.attendance", "请假 学时"),
    Page("季度检查表", "desk:check", "education.check", "学习检查 笔记"),
    Page("检查、测评", "education_sheets", "education.read", "测评表"),
    Page("填测评表", "education_assess", "education.assess", "年度测评 考核"),
    Page("佐证台账", "evidence_list", "evidence.read"),
    Page("登记免除", "exemptions:new", "exemptions.apply"),
    Page("建立账号、打印激活单", "account_sheet", "access.activate"),
    Page("新增账号", "account_add", "access.activate"),
    Page("角色说明", "account_roles", "", "权限"),
    Page("我的账号", "account_own", ""),
    Page("修改密码", "account_change_password", ""),
    Page("第二步验证", "mfa_index", "", "动态码 备用码"),
)


@lru_cache(maxsize=512)
def _keys(words: str) -> str:
    return sounds.keys(*words.split())


def _open(reader: Any) -> Iterator[tuple[str, str, str]]:
    """Title, other words, address of every page that opens to the reader."""

    def opens(verb: str) -> bool:
        return permits(reader, verb)

    groups = places("", opens, lambda verb: not scope.roots(reader, verb))
    for _, found in groups:
        for place in found:
            yield place.title, "", place.address
    for page in PAGES:
        if opened(page.verb, opens):
            yield page.title, page.words, reverse(page.name)


def found(reader: Any, asked: Sequence[str]) -> list[Hit]:
    """The pages of these words, the best first."""
    hits, seen = [], set()
    for title, words, address in _open(reader):
        # What it is not called but goes by comes after what is called so.
        ranks = (
            sounds.rank(_keys(title), asked),
            2 if sounds.rank(_keys(words), asked) is not None else None,
        )
        found = [rank for rank in ranks if rank is not None]
        if found and address not in seen and installed(address):
            seen.add(address)
            hits.append(Hit(min(found), title, "", (), address))
    return sorted(hits, key=lambda hit: hit.rank)
