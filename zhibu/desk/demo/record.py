"""A pencil for proofs: writes an entry, with the day on which it was entered. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from zhibu.desk.demo.values import College, Matter, Proof, Year


class Pencil:
    """Adds proofs to the year; what was before the first day of use was entered on that day (期初录入)."""

    def __init__(self, year: Year, college: College, random: Random) -> None:
        self.year, self.college, self.random = year, college, random

    def event(self, kind: str, unit: str, day: date, *, after: int | None = None, **more: Any) -> None:
        """An event on `day`, entered `after` days later (none given: up to three)."""
        days = self.random.choice((0, 0, 1, 1, 2, 3)) if after is None else after
        recorded = max(day + timedelta(days=days), self.college.first_day)
        self.year.proofs.append(Proof(kind, unit, day, recorded, **more))

    def state(self, kind: str, unit: str, since: date, **more: Any) -> None:
        """A state from `since` on, entered within the week."""
        recorded = max(since + timedelta(days=self.random.randint(0, 6)), self.college.first_day)
        self.year.proofs.append(Proof(kind, unit, since, recorded, state=True, **more))

    def matter(self, type: str, title: str, unit: str, person: str | None, day: date) -> str:
        """A case; gives its key."""
        key = f"c{len(self.year.matters):04}"
        self.year.matters.append(Matter(key, type, title, unit, person, max(day, self.college.first_day)))
        return key
