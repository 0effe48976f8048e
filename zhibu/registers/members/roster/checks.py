"""What the cells of one row say against each other: identity number, dates in order, age, status."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import cast

from zhibu.registers.members.roster.dates import Day
from zhibu.registers.members.roster.entries import Entry
from zhibu.registers.members.roster.headers import Kind
from zhibu.registers.members.roster.identity import Identity
from zhibu.registers.members.rules import AGE_OF_JOINING, years_later

_DATES = ("applied", "activist", "prospect", "joined", "confirmed", "lost_since")
#: The steps of joining in their order.
_STEPS = (
    ("applied", "申请入党"),
    ("activist", "确定为积极分子"),
    ("prospect", "确定为发展对象"),
    ("joined", "入党"),
    ("confirmed", "转正"),
)


def check_entry(entry: Entry, kind: Kind, today: datetime.date) -> None:
    """Note the contradictions of a row, and settle what one cell can tell of another (birth and sex from
    the number).

    Afterwards the values hold plain dates and the 18-place number.
    """
    if "name" not in entry.values and not any(fault.code.startswith("name.") for fault in entry.faults):
        entry.fault(
            "name.missing", "没有姓名" if kind != "branches" else "没有名称", "请补上；空行请整行删去", "name"
        )
    if kind == "branches":
        _plain_date(entry, "founded")
        return
    _identity(entry)
    for name in _DATES:
        _plain_date(entry, name)
    _order(entry, today)
    if "lost" not in entry.values and {"lost_since", "lost_how"} & set(entry.values):
        entry.values["lost"] = True  # a sheet without the column 是否失联
    if kind == "members":
        _status(entry, today)


def _plain_date(entry: Entry, name: str) -> None:
    day = entry.values.get(name)
    if isinstance(day, Day):
        entry.values[name] = day.date
        if day.month_only:
            what = f"只有年月，记为 {day.date.isoformat()}"
            entry.fault("date.month_only", what, "知道是哪一天的，请写全年-月-日", name)


def _identity(entry: Entry) -> None:
    """The identity number against sex and birth; it fills in what the row leaves out."""
    found = entry.values
    identity = found.get("id_number")
    born = found.get("born")
    either = cast(tuple[datetime.date, ...], found.pop("either:born", ()))
    for other in _DATES:
        found.pop(f"either:{other}", None)
    if not isinstance(identity, Identity):
        found.pop("id_number", None)
        _plain_date(entry, "born")
        return
    found["id_number"] = identity.number
    if "sex" not in found:
        found["sex"] = identity.sex
    elif found["sex"] != identity.sex:
        what = f"性别填“{found['sex']}”，身份证号第 17 位是“{identity.sex}”"
        entry.fault("sex.contradicts", what, "请核对性别和身份证号，改正填错的一处", "sex")
    month = identity.birth.replace(day=1)
    if isinstance(born, Day) and born.date != (month if born.month_only else identity.birth):
        what = f"出生日期是 {born.date.isoformat()}，身份证号里是 {identity.birth.isoformat()}"
        mend = "请核对出生日期和身份证号；确以档案记载为准的，可以照样导入"
        entry.fault("birth.contradicts", what, mend, "born")
        found["born"] = born.date
        return
    if month in either:  # 1980.1 in a number cell: the number tells whether January or October
        entry.faults = [fault for fault in entry.faults if (fault.code, fault.column) != _ambiguous(entry)]
    found["born"] = identity.birth


def _ambiguous(entry: Entry) -> tuple[str, int | None]:
    return "date.ambiguous", entry.columns.places.get("born")


def _order(entry: Entry, today: datetime.date) -> None:
    """No date before birth or after today; joined at 18 or later; confirmed after joining."""
    found = entry.values
    born = cast("datetime.date | None", found.get("born"))
    if born is not None and born > today:
        entry.fault("date.future", f"出生日期 {born.isoformat()} 在今天之后", "请核对年份", "born")
        return
    for name in _DATES:
        day = cast("datetime.date | None", found.get(name))
        if day is None:
            continue
        if day > today and name != "confirmed":
            entry.fault("date.future", f"{day.isoformat()} 在今天之后", "请核对年份", name)
        elif born is not None and day < born:
            what = f"{day.isoformat()} 早于出生日期 {born.isoformat()}"
            entry.fault("date.before_birth", what, "请核对这两个日期", name)
    joined = cast("datetime.date | None", found.get("joined"))
    if joined and born and born <= joined < years_later(born, AGE_OF_JOINING):
        what = f"入党时 {_age(born, joined)} 周岁，未满 {AGE_OF_JOINING} 周岁"
        mend = "请核对出生日期和入党日期；早年入党确实如此的，可以照样导入"
        entry.fault("joined.before_18", what, mend, "joined")
    for (earlier, one), (later, other) in pairwise(
        (name, title) for name, title in _STEPS if found.get(name)
    ):
        before, after = cast(datetime.date, found[earlier]), cast(datetime.date, found[later])
        if after < before:
            what = f"{other}日期 {after.isoformat()} 早于{one}日期 {before.isoformat()}"
            entry.fault("date.order", what, "请核对这两个日期", later)


def _age(born: datetime.date, day: datetime.date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _status(entry: Entry, today: datetime.date) -> None:
    """Status as written, else as the date of confirmation tells it; the two must agree."""
    found = entry.values
    status = found.get("status")
    confirmed = cast("datetime.date | None", found.get("confirmed"))
    if status is None:
        if any(fault.code == "status.unknown" for fault in entry.faults):
            return
        if confirmed is not None and confirmed <= today:
            found["status"] = "full"
        elif "status" in entry.columns.places or "joined" in found:
            what = "没有填人员类别，也没有转正日期可以推出"
            entry.fault("status.missing", what, "请填“正式党员”或“预备党员”", "status")
        else:
            what = "表里没有人员类别，也没有入党、转正日期"
            entry.fault("status.missing", what, "请加一列“人员类别”，填“正式党员”或“预备党员”")
    elif status == "probationary" and confirmed is not None and confirmed <= today:
        what = f"人员类别是预备党员，却已于 {confirmed.isoformat()} 转正"
        entry.fault("status.contradicts", what, "请改人员类别，或删去转正日期", "status")
    elif status == "full" and confirmed is not None and confirmed > today:
        what = f"人员类别是正式党员，转正日期 {confirmed.isoformat()} 却在今天之后"
        entry.fault("status.contradicts", what, "请核对转正日期", "confirmed")
