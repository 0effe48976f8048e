"""The readings (口径) of the packs as a sheet to sign, and which duties rest on unsigned ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhibu.norm.model import Norm


@dataclass(frozen=True)
class Signature:
    """Who signed a reading, and when."""

    by: str
    day: date


def unsigned(norm: Norm, signed: Mapping[str, Signature]) -> frozenset[str]:
    """The duties of which a reading is not signed: their findings are shown as 口径待确认."""
    return frozenset(
        duty.id for duty in norm.duties.values() if any(reading not in signed for reading in duty.readings)
    )


def sheet(norm: Norm, signed: Mapping[str, Signature] | None = None) -> str:
    """口径确认单 as Markdown, ready to print: each question with both readings and a line to sign."""
    signed = signed or {}
    titles = "、".join(f"《{pack.title}》" for pack in norm.packs.values())
    open_ones = sum(1 for id in norm.readings if id not in signed)
    lines = [
        "# 口径确认单",
        "",
        f"{titles}中，以下 {len(norm.readings)} 处没有写明，须由本单位确定，{open_ones} 处尚未签字。",
        "签字前按“建议口径”计算，有关结果标“口径待确认”，不计入未完成。",
    ]
    for number, reading in enumerate(norm.readings.values(), start=1):
        duties = "、".join(norm.duties[id].title for id in reading.duties) or "（不影响单项要求）"
        lines += [
            "",
            f"## {number}．{reading.question}",
            "",
            f"- 字面：{reading.literal}",
            f"- 建议口径：{reading.proposed}",
            f"- 涉及要求：{duties}",
            f"- 确定机关：{reading.decided_by}",
            f"- 编号：{reading.id}",
            "",
        ]
        signature = signed.get(reading.id)
        if signature is not None:
            day = f"{signature.day.year}年{signature.day.month}月{signature.day.day}日"
            lines.append(f"已签字：{signature.by}，{day}")
        else:
            lines.append("□ 同意建议口径　□ 另定：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿")
            lines.append("")
            lines.append("签字：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿年＿＿月＿＿日")
    lines += ["", "单位（盖章）：＿＿＿＿＿＿＿＿＿＿＿＿　　＿＿＿＿年＿＿月＿＿日", ""]
    return "\n".join(lines)
