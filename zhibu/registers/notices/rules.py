"""Arithmetic of notices: which dates make sense, when a reminder is due, how a receipt stands. Pure."""

from __future__ import annotations

from datetime import date, timedelta

#: A deadline further away is a slip of the year.
LONGEST_AHEAD = timedelta(days=731)
#: The first reminder goes out at most so many days before the deadline.
MOST_BEFORE = 60
#: After the deadline one a week, so many times: then reminding is no use, and the sender sees who is late.
WEEKS_LATE = 8
#: A document lies at most so long before it is received.
EARLIEST_YEAR = 1949

#: How a receipt stands, in order: what is lacking first.
STATES = {"unread": "未读", "unacted": "已阅未办", "read": "已阅", "acted": "已办"}


def date_faults(
    *, issued: date | None, received: date | None, deadline: date | None, sent: date, today: date
) -> dict[str, str]:
    """What is wrong with the dates, by field, in words for the form; empty when nothing is.

    `sent`: the day of sending, of a draft today.
    """
    faults: dict[str, str] = {}
    for name, day in (("issued", issued), ("received", received)):
        if day is not None and day > today:
            faults[name] = "日期在今天之后，请核对。"
        elif day is not None and day.year < EARLIEST_YEAR:
            faults[name] = "日期过早，请核对年份。"
    if issued and received and received < issued and "received" not in faults:
        faults["received"] = "收文日期早于成文日期，请核对。"
    if deadline is not None and deadline < sent:
        faults["deadline"] = "截止日期已过，请改为今天或以后。"
    elif deadline is not None and deadline - sent > LONGEST_AHEAD:
        faults["deadline"] = "截止日期在两年以后，请核对年份。"
    return faults


def stage(deadline: date, before: int, sent: date, today: date) -> str | None:
    """The reminder that is due on `today`, None for none: `before`, `due`, then `late-0` … one a week.

    Only the latest stage that was reached: after an outage nobody gets what was missed one by one. Nobody is
    reminded on the day of sending.
    """
    if today <= sent or today < deadline - timedelta(days=before):
        return None
    if today < deadline:
        return "before"
    if today == deadline:
        return "due"
    week = ((today - deadline).days - 1) // 7
    return f"late-{week}" if week < WEEKS_LATE else None


def stage_title(stage: str) -> str:
    """A stage in words."""
    if stage.startswith("late-"):
        return f"过期后第 {int(stage.removeprefix('late-')) + 1} 周"
    return {"before": "截止前", "due": "截止当天"}.get(stage, "催办")


def urging(today: date) -> str:
    """The stage of a reminder sent by hand: one a day."""
    return f"urged-{today.isoformat()}"


def state(asked: str, read: bool, acted: bool) -> str:
    """How a receipt stands: a key of STATES."""
    if acted:
        return "acted"
    if not read:
        return "unread"
    return "unacted" if asked == "act" else "read"


def said_of(deadline: date | None, today: date) -> str:
    """How far away the deadline is, in words; empty without one."""
    if deadline is None:
        return ""
    days = (deadline - today).days
    if days < 0:
        return f"已过期 {-days} 天"
    return {0: "今天截止", 1: "明天截止"}.get(days, f"还有 {days} 天")
