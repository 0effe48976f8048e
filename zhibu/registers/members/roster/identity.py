"""Citizen identity numbers 公民身份号码 (GB 11643): check digit, birth and sex within them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

from zhibu.registers.members.rules import check_digit

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLD_SHAPE = re.compile(r"[0-9]{15}")


@dataclass(frozen=True)
class Identity:
    """A sound number of 18 places with what it says of its holder. `converted`: it was written in the old
    15 places.
    """

    number: str
    birth: datetime.date
    sex: Literal["男", "女"]
    converted: bool = False


@dataclass(frozen=True)
class NoIdentity:
    """Why a text is no identity number. `code` is the last part of the fault's code."""

    code: Literal["length", "characters", "birth", "check"]
    what: str
    mend: str


def read_identity(written: str, today: datetime.date) -> Identity | NoIdentity:
    """What the number says, or why it is none. The number itself is never repeated in the refusal: it is a
    secret.
    """
    number = written.upper()
    converted = False
    if _OLD_SHAPE.fullmatch(number):
        number, converted = number[:6] + "19" + number[6:], True
        number += check_digit(number)
    if len(number) != 18:
        return NoIdentity(
            "length", f"身份证号是 {len(written)} 位，应为 18 位", "请对照身份证补齐或删去多余的数字"
        )
    if not _SHAPE.fullmatch(number):
        return NoIdentity("characters", "身份证号里有数字和末位 X 以外的字符", "请对照身份证重新录入")
    try:
        birth = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        birth = datetime.date.max
    if not datetime.date(1880, 1, 1) <= birth <= today:
        return NoIdentity(
            "birth", f"身份证号第 7 至 14 位（{number[6:14]}）不是出生日期", "请对照身份证重新录入"
        )
    if check_digit(number[:17]) != number[17]:
        return NoIdentity("check", "身份证号的校验位不对，有数字录错", "请对照身份证逐位核对")
    return Identity(number, birth, "男" if int(number[16]) % 2 else "女", converted)
