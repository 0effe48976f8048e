"""Work that comes again, papers that follow it, and what stands: the rows of rates.yaml as SQL.

Every statement adds to `events` or `states`. Nothing is drawn twice for the same purpose, subject and period,
so a part gives the same rows whatever else is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

Rates = dict[str, Any]


class Streams:
    """Writes the statements for facts from `first` to `as_of`."""

    def __init__(self, rates: Rates, first: date, as_of: date) -> None:
        self.rates = rates
        self.first = first
        self.as_of = as_of

    def entered(self, purpose: str, a: str, b: str) -> str:
        """SQL: how many days after it happened it was entered."""
        late = self.rates["entries"]["late"]
        draw = f"draw('entered {purpose}', {a}, {b})"
        return f"CASE WHEN {draw} < {late} THEN 15 + whole(60 * {draw} / {late}) ELSE whole(3 * {draw}) END"

    def event(
        self,
        kind: str,
        source: str,
        *,
        happened: str,
        day: str = "happened",
        amount: str = "NULL",
        ref: str,
        member: str = "member",
        entered: str,
        kept: str = "TRUE",
    ) -> str:
        """One INSERT into events; what happened or was recorded after `as_of` is left out."""
        return f"""
            INSERT INTO events BY NAME
            SELECT {kind} AS kind, org, {member} AS member, {day} AS day, happened, {amount} AS amount,
                   {ref} AS ref, happened + {entered} AS recorded
            FROM (SELECT *, {happened} AS happened FROM {source} WHERE {kept})
            WHERE happened <= DATE '{self.as_of}' AND happened + {entered} <= DATE '{self.as_of}'
        """

    def periodic(self) -> Iterator[str]:
        """Work that comes again: once in every period for every subject that is there."""
        made_up = self.rates["entries"]["made_up"]
        for row in self.rates["periodic"]:
            earliest, latest = row.get("when", (0, 0))
            for kind in row["kinds"]:
                luck = f"draw('{kind}', n, number)"
                when = f"draw('when {kind}', n, number)"
                again = f"draw('made up {kind}', n, number)"
                if "after" in row:
                    low, high = row["after"]
                    usual = f"last + {low} + whole({when} * {high - low + 1})"
                else:
                    high = 0
                    share = f"({earliest} + {latest - earliest} * {when})"
                    usual = f"least(last, first + whole({share} * (last - first + 1)))"
                after = f"last + {high + 5} + whole({when} * 40)"
                source = f"""(
                    SELECT s.*, p.number, p.first, p.last FROM who_{row["who"]} s JOIN period p
                    ON p.unit = '{row["each"]}' AND s.since <= least(p.last, DATE '{self.as_of}')
                       AND s.until > least(p.last, DATE '{self.as_of}'))"""
                amount = str(row.get("amount", "NULL"))
                if kind == "term.extension":
                    too_long = self.rates["other"]["extension_too_long"]
                    amount = f"CASE WHEN draw('too long', n, number) < {too_long} THEN 400 ELSE {amount} END"
                member = "concat(org, '.a', number)" if row.get("applicants") else "member"
                yield self.event(
                    f"'{kind}'",
                    source,
                    kept=f"{luck} >= {row['missed']} * lax",
                    happened=f"CASE WHEN {again} < {made_up} THEN {after} ELSE {usual} END",
                    day="least(happened, last)",
                    amount=amount,
                    member=member,
                    ref=f"concat('{kind}:', n, '-', number)",
                    entered=self.entered(kind, "n", "number"),
                )

    def following(self) -> Iterator[str]:
        """Papers that an event asks for, with its reference and member."""
        for row in self.rates["following"]:
            anchor = row.get("after") or row["before"]
            low, high = row["days"]
            for kind in row["kinds"]:
                when = f"whole(draw('when {kind}', ref, org) * {high - low + 1})"
                happened = f"anchored - {low} - {when}"
                if "after" in row:
                    late = f"{high} + 3 + 3 * {when}"
                    usual = f"{low} + {when}"
                    luck = f"draw('late {kind}', ref, org)"
                    share = row.get("late", 0)
                    happened = f"anchored + CASE WHEN {luck} < {share} THEN {late} ELSE {usual} END"
                yield self.event(
                    f"'{kind}'",
                    f"(SELECT org, member, ref, happened AS anchored FROM events WHERE kind = '{anchor}')",
                    kept=f"draw('{kind}', ref, org) >= {row['missed']}",
                    happened=happened,
                    ref="ref",
                    entered=self.entered(kind, "ref", "org"),
                )

    def standing(self) -> Iterator[str]:
        """What stands since long ago; twice where a share of two is given."""
        for row in self.rates["standing"]:
            for kind in row["kinds"]:
                luck = f"draw('{kind}', n, 0)"
                yield f"""
                    INSERT INTO states BY NAME
                    SELECT '{kind}' AS kind, org, member, CAST(NULL AS DATE) AS until, NULL AS amount,
                           DATE '2015-01-01' + whole(n % 1000 + copy) AS since,
                           concat('{kind}:', n, '-', copy) AS ref, DATE '2018-01-01' AS recorded
                    FROM who_{row["who"]}, range(2) AS copies(copy)
                    WHERE until > DATE '{self.as_of}' AND {luck} >= {row["missed"]} * lax
                      AND (copy = 0 OR draw('twice {kind}', n, 0) < {row.get("twice", 0)})
                """
