"""Arithmetic of persons and memberships: identity numbers (GB 11643), intervals, names. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
AGE_OF_JOINING = 18


class Fault(NamedTuple):
    """What is wrong with a value: stable code, why, how to mend it, and the fields that it is about."""

    code: str
    why: str
    mend: str
    about: tuple[str, ...] = ("id_number",)


class Identity(NamedTuple):
    """What an identity number says."""

    born: date
    sex: str  # 男, 女


def check_digit(first: str) -> str:
    """The 18th character that belongs to the first 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11]


def read_identity(number: str, today: date) -> Identity | Fault:
    """What a 公民身份证号 says, or what is wrong with it. Spaces are ignored, x counts as X."""
    text = re.sub(r"\s", "", number).upper()
    if not re.fullmatch(r"\d{17}[\dX]", text, re.ASCII):
        return Fault("members.id_shape", "公民身份证号应为 18 位，末位可为 X", "请对照身份证重填")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return Fault("members.id_birth", "身份证号第 7 至 14 位不是一个日期", "请对照身份证重填")
    if not date(1900, 1, 1) <= born <= today:
        return Fault("members.id_birth", f"身份证号里的出生日期 {born} 不合常理", "请对照身份证重填")
    if check_digit(text[:17]) != text[17]:
        return Fault("members.id_check", "身份证号末位校验码不符", "多半有一位抄错，请对照身份证重填")
    return Identity(born, "男" if int(text[16]) % 2 else "女")


def years_later(day: date, years: int) -> date:
    """The same day so many years later; February 29 gives March 1 in other years, as age is reckoned."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def profile_faults(
    *,
    today: date,
    sex: str = "",
    born: date | None = None,
    applied: date | None = None,
    joined: date | None = None,
    confirmed: date | None = None,
    id_number: str = "",
    lost_since: date | None = None,
) -> list[Fault]:
    """Everything in a profile that contradicts itself; empty when it is sound."""
    faults = []
    if id_number:
        read = read_identity(id_number, today)
        if isinstance(read, Fault):
            faults.append(read)
        else:
            if born is not None and born != read.born:
                faults.append(
                    Fault(
                        "members.born_differs",
                        f"出生日期与身份证号（{read.born}）不符",
                        "请核对出生日期",
                        ("id_number", "born"),
                    )
                )
            if sex and sex != read.sex:
                faults.append(
                    Fault(
                        "members.sex_differs",
                        f"性别与身份证号（{read.sex}）不符",
                        "请核对性别",
                        ("id_number", "sex"),
                    )
                )
            born = born or read.born
    if born is not None and born > today:
        faults.append(
            Fault("members.born_future", "出生日期在今天之后", "请核对出生日期", ("born", "id_number"))
        )
    if joined is not None and born is not None and joined < years_later(born, AGE_OF_JOINING):
        faults.append(
            Fault(
                "members.joined_young",
                "加入党组织时不满十八岁",
                "请核对出生日期与加入党组织日期",
                ("joined", "born", "id_number"),
            )
        )
    if applied is not None and applied > today:
        faults.append(Fault("members.applied_future", "申请入党日期在今天之后", "请核对日期", ("applied",)))
    if applied is not None and joined is not None and joined < applied:
        faults.append(
            Fault(
                "members.joined_early",
                "加入党组织日期早于申请入党日期",
                "请核对两个日期",
                ("applied", "joined"),
            )
        )
    if joined is not None and joined > today:
        faults.append(Fault("members.joined_future", "加入党组织日期在今天之后", "请核对日期", ("joined",)))
    if confirmed is not None and joined is not None and confirmed < joined:
        faults.append(
            Fault(
                "members.confirmed_early",
                "转正日期早于加入党组织日期",
                "请核对两个日期",
                ("joined", "confirmed"),
            )
        )
    if lost_since is not None and lost_since > today:
        faults.append(Fault("members.lost_future", "失去联系日期在今天之后", "请核对日期", ("lost_since",)))
    return faults


def overlap(since: date, until: date | None, others: Iterable[tuple[date, date | None]]) -> bool:
    """True when [since, until) shares a day with any of the others."""
    return any((end is None or since < end) and (until is None or start < until) for start, end in others)


def masked_id_number(number: str) -> str:
    """An identity number with birthday and sequence hidden: first six, last four; of a shorter one (a passport)
    no more than half, and four at the most.
    """
    if len(number) < 15:
        shown = min(4, len(number) // 2)
        return "*" * (len(number) - shown) + number[len(number) - shown :]
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def masked_phone(number: str) -> str:
    """A telephone number with its middle hidden; short ones are hidden but for the last two."""
    if len(number) < 8:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


#: How each sealed number is masked where it is not shown in full.
MASKS: Mapping[str, Callable[[str], str]] = {
    "id_number": masked_id_number,
    "mobile": masked_phone,
    "landline": masked_phone,
}
