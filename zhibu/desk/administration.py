"""What waits for whoever keeps the accounts (系统管理员): accounts without a role, codes, what is not set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from zhibu.access import chain, permits
from zhibu.access import queries as accounts
from zhibu.desk import setup
from zhibu.site import clock

#: Who keeps the accounts.
VERB = "access.switch"


@dataclass(frozen=True)
class Line:
    """Something to see to, with the page that does it."""

    title: str
    said: str
    button: tuple[str, str]  # address, label


@dataclass(frozen=True)
class Administration:
    """What the workbench shows: what waits, and how long the log is."""

    lines: list[Line]
    rows: int  # of the log


def administration(reader: Any) -> Administration | None:
    """What waits for the reader; None for whoever keeps no accounts. A fixed number of queries."""
    if not permits(reader, VERB):
        return None
    counts, listed = accounts.unsettled(reader, clock.now()), reverse("account_list")
    found = [
        Line(
            f"{counts['no_role']} 个账号没有角色",
            "登录后什么也看不到，请授予角色或停用",
            (f"{listed}?role={accounts.NO_ROLE}", "授予角色"),
        ),
        Line(
            f"{counts['expired']} 个激活码已过期",
            "本人用不了，请重发激活码",
            (f"{listed}?state=expired", "重发"),
        ),
        Line(
            f"{counts['waiting']} 个激活码还没有用",
            "已发出、未过期，请提醒本人激活",
            (f"{listed}?state=waiting", "查看"),
        ),
    ]
    lines = [line for line, key in zip(found, ("no_role", "expired", "waiting"), strict=True) if counts[key]]
    steps = setup.open_steps(reader)
    if steps:
        said = f"下一项：{steps[0].title}（{steps[0].measure}）"
        lines.append(Line(f"启用准备还有 {len(steps)} 项", said, (reverse("desk:setup"), "去填")))
    return Administration(lines, chain.data_version())
