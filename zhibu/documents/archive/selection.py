"""What is chosen for a box: articles, organizations, years. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhibu.audit.relations import Finding
from zhibu.norm.model import Article, Norm
from zhibu.norm.order import articles_in_order

#: So many years can be chosen, this one included.
YEARS = 4


@dataclass(frozen=True)
class Selection:
    """Articles by id, organizations by id, calendar years; each sorted, so that equal choices are equal."""

    articles: tuple[str, ...]
    organizations: tuple[str, ...]
    years: tuple[int, ...]

    @classmethod
    def of(
        cls, articles: Iterable[str], organizations: Iterable[str], years: Iterable[int | str]
    ) -> Selection:
        """From what a form or a row gave, in any order."""
        return cls(
            tuple(sorted(set(articles))),
            tuple(sorted(set(organizations))),
            tuple(sorted({int(year) for year in years})),
        )

    @property
    def since(self) -> date:
        """The first day in scope."""
        return date(self.years[0], 1, 1)

    @property
    def key(self) -> str:
        """Tells equal choices."""
        plain = json.dumps([self.articles, self.organizations, self.years])
        return hashlib.sha256(plain.encode()).hexdigest()

    def duties(self, norm: Norm) -> tuple[str, ...]:
        """The duties of the articles chosen."""
        return tuple(duty.id for duty in norm.duties.values() if duty.article in self.articles)

    def holds(self, norm: Norm, finding: Finding) -> bool:
        """Whether a finding belongs in: its period lies in a year chosen, or it tells how things stand now."""
        if norm.duties[finding.duty].form in ("standing", "streak"):
            return True
        return finding.period[:4].isdigit() and int(finding.period[:4]) in self.years


def in_order(norm: Norm) -> list[Article]:
    """All articles in the order of the norm: the house's own pack, which has the most, first."""
    return articles_in_order(norm)


def years_to_choose(today: date) -> list[int]:
    """This year and those before it, the latest first."""
    return list(range(today.year, today.year - YEARS, -1))
