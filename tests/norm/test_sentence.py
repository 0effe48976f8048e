"""Rule sentences: one of each form word by word, numbers from the parameters of the day, none left unsaid."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.packs import shipped
from zhibu.norm.read import load
from zhibu.norm.sentence import rule, with_unit

NORM = shipped()
SMALL = load([Path(__file__).parent / "minimal"])


@pytest.mark.parametrize(
    ("duty", "sentence"),
    [
        (
            "study.weekly",
            "每个教学周，各党支部“集中学习”合计应不少于 1 个半天，最迟当周周日完成；"
            "期满后 10 天内登记的仍算按时。",
        ),
        (
            "study.hours",
            "每年，每名党员“教育培训”合计应不少于 24 学时，最迟当年12月31日完成；"
            "期满后 10 天内登记的仍算按时。",
        ),
        (
            "handbook.filled",
            "每年，各党支部应有“支部工作手册定稿”不少于 1 本，最迟次年1月10日完成；"
            "期满后 10 天内登记的仍算按时。",
        ),
        ("funds.within", "每年，各党组织“活动经费支出”合计应不超过“年度活动经费预算”合计；超过即为未完成。"),
        (
            "five_ones",
            "每年，每名党委班子成员应完成“五个一”清单所列的全部项目（清单尚未列出，未定标准），"
            "最迟当年12月31日完成；期满后 10 天内登记的仍算按时。",
        ),
        (
            "theme.memberday",
            "每年6月1日至7月1日，各党支部应有“党员活动日”不少于 1 次，最迟7月1日完成；"
            "期满后 10 天内登记的仍算按时。",
        ),
        ("org.branches", "任何一天，各党委应有“党支部”恰好 23 个。"),
        ("term.branch", "任何一天，各党支部应有“任期”不少于 1 项（自起始之日起 3 年内有效）。"),
        ("staff.ratio", "任何一天，各党委“专职党务工作人员”数与“编制数”合计之比应不少于 2%。"),
        (
            "forum.notice",
            "每次“民情恳谈会”，须至少提前 7 天有同一活动的“恳谈会信息公布”；期满后 10 天内登记的仍算按时。",
        ),
        (
            "study.record",
            "每次“集中学习”，之后 7 天内须有同一活动的“活动记录”、“活动考勤”；期满后 10 天内登记的仍算按时。",
        ),
        (
            "dev.worker",
            "每次“经办发展党员工作”，当天须有同一人有效的“党务工作者履职资格证”（自起始之日起 3 年内有效）。",
        ),
        (
            "dues.admonished",
            "“按月交纳党费”、“按季度交纳党费”、“足额交纳党费”每有一期未完成，自该期最后一天起 30 天内须有"
            "同一时段、同一人的“未按规定交纳党费的批评教育”；期满后 10 天内登记的仍算按时。",
        ),
        (
            "term.extension",
            "每次“延期换届”，须在当天或之前有同一案卷的“延期经党委讨论决定”、“延期经上级批准”，"
            "所写数额不超过 366 天；期满后 10 天内登记的仍算按时。",
        ),
        ("dues.streak", "每名党员不得连续 6 个月没有“已交党费”；“有正当理由暂不交纳党费”的时段不计。"),
    ],
)
def test_rules_word_by_word(duty, sentence):
    assert rule(NORM, NORM.duties[duty]) == sentence


def test_numbers_are_those_of_the_day():
    duty = SMALL.duties["meeting.held"]
    assert "不少于 1 次" in rule(SMALL, duty, date(2025, 12, 31))
    assert "不少于 2 次" in rule(SMALL, duty, date(2026, 1, 1))
    assert "不少于（未定标准）" in rule(SMALL, duty, date(2019, 12, 31))


def test_spans_grace_and_least_amounts_are_said():
    assert rule(SMALL, SMALL.duties["training.hours"]) == (
        "自2026年3月1日起每 2 个月，每名党员“培训”（每次不少于 1 学时）"
        "合计应不少于 10 学时，"
        "最迟其后的7月31日完成；期满后 10 天内登记的仍算按时。"
    )
    assert "“记录”或“通知”之一；期满后 7 天内" in rule(SMALL, SMALL.duties["meeting.minutes"])


@pytest.mark.parametrize("duty", NORM.duties.values(), ids=lambda duty: duty.id)
def test_every_duty_is_said(duty):
    said = rule(NORM, duty)
    assert said.endswith("。")
    assert "None" not in said
    assert "未定标准" not in said or duty.id == "five_ones"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1440, "分钟", "24 学时"),
        (90, "分钟", "90 分钟"),
        (5, "分", "0.05 元"),
        (250, "万分之一", "2.5%"),
        (205, "万分之一", "2.05%"),
        (3, "次", "3 次"),
    ],
)
def test_units(value, unit, said):
    assert with_unit(value, unit) == said
