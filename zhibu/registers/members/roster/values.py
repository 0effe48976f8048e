"""Reading one cell each: what the columns' `read` names (columns.yaml) do with a cell.

A reader gives an `Outcome`: the value (None = the cell says nothing), and where something is wrong its
code, what and mend.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from zhibu.registers.members.roster import dates, limits
from zhibu.registers.members.roster.codes.lists import code_list
from zhibu.registers.members.roster.headers import PostTitle, folded, vocabulary
from zhibu.registers.members.roster.identity import NoIdentity, read_identity

_NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "空", "暂无", "未填", "N/A", "NA", "NULL", "NONE"}
)
_YES = frozenset({"是", "√", "✓", "✔", "☑", "Y", "YES", "TRUE", "T", "1", "有", "对"})
_NO = frozenset({"否", "×", "✗", "✘", "☐", "N", "NO", "FALSE", "F", "0", "不是", "非", "X"})
_MALE = frozenset({"男", "男性", "M", "MALE", "1", "1男"})
_FEMALE = frozenset({"女", "女性", "F", "FEMALE", "2", "2女"})
_FULL = frozenset({"正式党员", "正式", "中共党员", "党员", "01中共党员", "共产党员", "中国共产党党员", "01"})
_PROBATIONARY = frozenset({"预备党员", "预备", "中共预备党员", "02中共预备党员", "中国共产党预备党员", "02"})
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(\d{3,4}-?)?\d{5,8}(-\d{1,6})?")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_CJK = "\u3400-\u9fff\U00020000-\U0003ffff"


class Outcome(NamedTuple):
    """What a cell gave. `other`: a value for another field (a landline found in the column of mobiles)."""

    value: object = None
    code: str = ""
    what: str = ""
    mend: str = ""
    other: tuple[str, object] | None = None


NOTHING = Outcome()


@lru_cache(maxsize=100_000)
def _plain(text: str) -> str:
    return (
        unicodedata.normalize("NFKC", text[: limits.TEXT]).replace("\u200b", "").strip().lstrip("'").strip()
    )


def as_text(value: object) -> str:
    """A cell as text: width folded, ends trimmed, whole numbers without `.0`, dates as 1980-03-15."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def says_nothing(text: str) -> bool:
    """True for an empty cell and for what people write instead: 无, —, /."""
    return text.upper() in _NOTHING


def is_error(value: object) -> bool:
    """True for a cell that holds Excel's error value."""
    return isinstance(value, str) and value[:1] == "#" and value.strip().upper() in _ERRORS


def read_text(value: object, today: datetime.date) -> Outcome:
    """Free text, its inner white space drawn together."""
    text = as_text(value)
    return NOTHING if says_nothing(text) else Outcome(re.sub(r"\s+", " ", text))


@lru_cache(maxsize=100_000)
def clean_name(text: str) -> str:
    """A person's name in one form: 张　三 → 张三, points of foreign and minority names as ·."""
    text = re.sub(r"[•・．‧∙●.]", "·", text) if re.search(f"[{_CJK}]", text) else text
    text = re.sub(rf"(?<=[{_CJK}·])\s+(?=[{_CJK}·])", "", text)
    return re.sub(r"\s+", " ", text)


def read_name(value: object, today: datetime.date) -> Outcome:
    """A person's name. Digits in it mean that columns have shifted."""
    text = as_text(value)
    if says_nothing(text):
        return NOTHING
    name = clean_name(text)
    if any(letter.isdigit() for letter in name) or len(name) > 60:
        return Outcome(None, "name.unlikely", "姓名栏里的内容不像姓名", "请填党员本人的姓名，不带数字")
    return Outcome(name)


def read_identity_number(value: object, today: datetime.date) -> Outcome:
    """A citizen identity number; masked ones (110***********002X) say nothing, rounded ones are told."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if abs(value) >= 1e15:
            return _rounded()
        text = str(int(value))
    else:
        text = re.sub(r"[\s\-]", "", as_text(value)).upper()
    if says_nothing(text):
        return NOTHING
    if "*" in text:
        return Outcome(
            None, "id.masked", "身份证号已遮盖，按没有填写处理", "要写入身份证号，请用未遮盖的名册"
        )
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", text):
        return _rounded()
    zeros = re.fullmatch(r"\d{15}000", text)
    read = read_identity(text, today)
    if isinstance(read, NoIdentity):
        return _rounded() if zeros else Outcome(None, f"id.{read.code}", read.what, read.mend)
    if zeros:  # of a thousand people one has such a number; of rounded ones every eleventh looks whole too
        what, mend = (
            "身份证号以 000 结尾，可能是表里存成数字丢了末几位",
            "请对照身份证核对；确是这样的，可以照样导入",
        )
        return Outcome(read, "id.zeros", what, mend)
    if read.converted:
        return Outcome(read, "id.converted", "15 位旧身份证号已换算为 18 位", "请对照身份证核对")
    return Outcome(read)


def _rounded() -> Outcome:
    return Outcome(
        None,
        "id.rounded",
        "身份证号在表里存成了数字，末几位已经丢失",
        "请把这一列的单元格格式改为“文本”，再对照身份证重新录入",
    )


def read_day(value: object, today: datetime.date) -> Outcome:
    """A date (dates.py). Gives a `Day`; a refusal keeps the days it may mean in `other`."""
    if isinstance(value, str) and says_nothing(as_text(value)):
        return NOTHING
    if value is None:
        return NOTHING
    read = dates.read_date(value)
    if isinstance(read, dates.Day):
        return Outcome(read)
    return Outcome(
        None, f"date.{read.code}", read.what, read.mend, ("either", read.either) if read.either else None
    )


def read_sex(value: object, today: datetime.date) -> Outcome:
    """男 or 女, also M/F and the standard's 1/2."""
    text = re.sub(r"\s", "", as_text(value)).upper()
    if says_nothing(text):
        return NOTHING
    if text in _MALE or text in _FEMALE:
        return Outcome("男" if text in _MALE else "女")
    return Outcome(None, "sex.unknown", f"“{text[:20]}”读不出性别", "请填“男”或“女”")


def read_yes_no(value: object, today: datetime.date) -> Outcome:
    """是 / 否, √ / ×, Y / N."""
    text = re.sub(r"\s", "", as_text(value)).upper()
    if says_nothing(text):
        return NOTHING
    if text in _YES or text in _NO:
        return Outcome(text in _YES)
    return Outcome(None, "yes_no.unknown", f"“{text[:20]}”不是“是”或“否”", "请填“是”或“否”")


def read_status(value: object, today: datetime.date) -> Outcome:
    """正式党员 → full, 预备党员 → probationary; a state of registration found here fills that field
    instead.
    """
    text = re.sub(r"\s", "", as_text(value))
    if says_nothing(text):
        return NOTHING
    if text in _FULL or text in _PROBATIONARY:
        return Outcome("full" if text in _FULL else "probationary")
    registered = read_suspended(value, today)
    if not registered.code:
        return Outcome(None, other=("suspended", registered.value))
    return Outcome(None, "status.unknown", f"“{text[:20]}”读不出人员类别", "请填“正式党员”或“预备党员”")


def read_suspended(value: object, today: datetime.date) -> Outcome:
    """党籍状态: 正常 → False, 停止党籍 → True."""
    text = re.sub(r"\s", "", as_text(value))
    if says_nothing(text):
        return NOTHING
    if text in {"正常", "正常党籍", "已停止党籍", "停止党籍"}:
        return Outcome(text.endswith("停止党籍"))
    return Outcome(None, "suspended.unknown", f"“{text[:20]}”读不出党籍状态", "请填“正常”或“停止党籍”")


@lru_cache(maxsize=20_000)
def _code(name: str, text: str) -> Outcome:
    codes = code_list(name)
    found = codes.find(text)
    if found is not None:
        return Outcome(found.code)
    near = codes.near(text)
    hint = "、".join(f"“{item}”" for item in near)
    mend = f"请从{codes.title}代码表中选，是不是{hint}" if near else f"请从{codes.title}代码表中选"
    return Outcome(None, "code.unknown", f"{codes.title}“{text[:40]}”不在代码表内", mend)


def _read_code(name: str) -> Callable[[object, datetime.date], Outcome]:
    def read(value: object, today: datetime.date) -> Outcome:
        text = as_text(value)
        return NOTHING if says_nothing(text) else _code(name, text)

    return read


def _numbers(value: object) -> list[str]:
    text = re.sub(r"^\+?86[-\s]?(?=1[3-9])", "", as_text(value))
    parts = re.split(r"[/、,;，；\s]+", re.sub(r"[—–－]", "-", text.replace("(", "").replace(")", "-")))
    joined = re.sub(r"[\s\-]", "", text)
    if _MOBILE.fullmatch(joined):  # 138 0000 0000
        return [joined]
    return [part for part in parts if part]


def _read_phone(own: str, value: object) -> Outcome:
    text = as_text(value)
    if says_nothing(text):
        return NOTHING
    if "*" in text:  # masked by an export: says nothing
        return NOTHING
    mobiles, landlines = [], []
    for number in _numbers(value):
        if _MOBILE.fullmatch(number.replace("-", "")):
            mobiles.append(number.replace("-", ""))
        elif _LANDLINE.fullmatch(number) and not re.fullmatch(r"1\d{9,}", number):
            landlines.append(number)
        else:
            return Outcome(
                None,
                "phone.shape",
                "电话号码的位数或写法不对",
                "手机号为 11 位数字；固定电话带区号，如 0313-1234567",
            )
    mobile, landline = "、".join(dict.fromkeys(mobiles)), "、".join(dict.fromkeys(landlines))
    if own == "mobile":
        return Outcome(mobile or None, other=("landline", landline) if landline else None)
    return Outcome(landline or None, other=("mobile", mobile) if mobile else None)


def read_mobile(value: object, today: datetime.date) -> Outcome:
    """Mobile numbers of 11 digits; landlines that stand among them go to their own field."""
    return _read_phone("mobile", value)


def read_landline(value: object, today: datetime.date) -> Outcome:
    """Landline numbers; mobiles that stand among them go to their own field."""
    return _read_phone("landline", value)


def read_posts(value: object, today: datetime.date) -> Outcome:
    """The posts of a branch named in a cell (支部书记、组织委员), as `PostTitle`s; other titles are passed
    over.
    """
    text = as_text(value)
    if says_nothing(text):
        return NOTHING
    known = vocabulary("person").posts
    found: list[PostTitle] = []
    for part in re.split(r"[、,;，；/\s+]+|兼任?|及", text):
        key = re.sub(r"^.{2,30}?(?=支部(副)?书记$|支部委员$)", "", folded(part)) if part else ""
        if key in known and known[key] not in found:
            found.append(known[key])
    return Outcome(tuple(found)) if found else NOTHING


READERS: dict[str, Callable[[object, datetime.date], Outcome]] = {
    "text": read_text,
    "name": read_name,
    "identity": read_identity_number,
    "date": read_day,
    "sex": read_sex,
    "yes_no": read_yes_no,
    "status": read_status,
    "suspended": read_suspended,
    "nationality": _read_code("nationality"),
    "education": _read_code("education"),
    "position": _read_code("position"),
    "mobile": read_mobile,
    "landline": read_landline,
    "posts": read_posts,
}
