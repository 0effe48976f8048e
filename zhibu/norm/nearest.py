"""The word that was likely meant (是不是想写 …): of those known, the nearest in letters, or what people call it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

#: What people write for a word of the format.
CALLED: dict[str, str] = {
    said: word
    for word, names in {
        "quota": "定额 次数 数量 指标 count",
        "standing": "常态 状态 长期 state",
        "sequence": "程序 顺序 先后 步骤",
        "streak": "连续 连续性",
        "week": "周 每周 星期 weekly",
        "month": "月 每月 按月 monthly months",
        "quarter": "季 季度 每季 每季度 quarterly",
        "half": "半年 每半年 halfyear half_year",
        "year": "年 每年 年度 yearly annual",
        "semester": "学期 每学期 term",
        "at_least": "不少于 至少 最少 min minimum",
        "at_most": "不超过 至多 最多 max maximum",
        "exactly": "恰好 正好 等于 equal equals",
        "before": "之前 事前 提前",
        "after": "之后 事后",
        "during": "期间 当时",
        "event": "事件 活动",
        "derived": "推出",
        "committee": "党委",
        "general_branch": "党总支 总支",
        "branch": "支部 党支部",
        "group": "小组 党小组",
        "staff": "在职 教工 教职工 职工",
        "student": "学生",
        "retiree": "退休 离退休",
        "all": "全部 全体 所有",
        "required": "必填 必写",
        "optional": "可选 选填",
        "none": "无 不写",
        "minutes": "分钟 学时 小时 hours",
        "fen": "元 分 钱 yuan",
        "people": "人 人数",
        "slots": "半天",
        "days": "天 天数",
        "evidence": "佐证",
        "activities": "活动",
        "organizations": "组织 党组织",
        "members": "党员",
        "exemptions": "免除",
        "true": "是 yes on 有",
        "false": "否 no off",
        "已完成": "完成 达标 已达标 合格 met",
        "未完成": "没有完成 不达标 未达标 逾期 missed",
        "补办": "补登 迟办 late",
        "进行中": "正在进行 open",
        "经批准免除": "免除 豁免 exempt",
        "未定标准": "没有标准 no rule",
    }.items()
    for said in names.split(" ")
}
#: Two spellings of the format that are each a word elsewhere.
ALSO = {"活动": ("activities", "event"), "状态": ("state", "standing"), "term": ("semester", "terms")}


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Those of the known words that were likely meant, the likeliest first; at most three."""
    listed = list(dict.fromkeys(known))
    plain = unicodedata.normalize("NFKC", word).strip().strip("，,。;；:'\"“”‘’【】[] ")
    called = [one for one in (*ALSO.get(plain, ()), CALLED.get(plain.lower(), ""), plain) if one in listed]
    alike = {one.lower(): one for one in listed}
    close = [alike[one] for one in get_close_matches(plain.lower(), alike, 3, 0.7)]
    # a word that ends alike, or is a part: weekly of study.weekly
    parts = [
        one for one in listed if len(plain) > 3 and (one.endswith(f".{plain}") or plain.endswith(f".{one}"))
    ]
    return [one for one in dict.fromkeys([*called, *close, *parts]) if one != word][:3]


def meant(word: str, known: Iterable[str]) -> str:
    """是不是想写“…”？ with the likely words; empty where nothing is near."""
    found = nearest(word, known)
    return f"是不是想写{'或'.join(f'“{one}”' for one in found)}？" if found else ""


def choose(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """How to mend an unknown word: the one that was likely meant, then all that there are, or `otherwise`."""
    listed = list(dict.fromkeys(known))
    return meant(word, listed) + (otherwise or f"可以写：{'、'.join(listed)}")
