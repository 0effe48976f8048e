"""The one place that tells the time (Asia/Shanghai). Rules and actions get `today` as an argument."""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, in Asia/Shanghai; on the day of `ZHIBU_TODAY` (YYYY-MM-DD) where that is set
    (tests, demos).
    """
    moment = datetime.now(SHANGHAI)
    fixed = os.environ.get("ZHIBU_TODAY")
    if fixed:
        moment = datetime.combine(date.fromisoformat(fixed), moment.timetz())
    return moment


def today() -> date:
    """Today in Asia/Shanghai; `ZHIBU_TODAY` overrides it."""
    return now().date()
