"""The study afternoons: one activity of a branch is of every kind it is, with who attended."""

from __future__ import annotations

from collections.abc import Iterator

from zhibu.twin.streams import Streams

#: The four days of a month in turn; in a month of three weeks the third afternoon holds the last two.
THEMES = ("four.study", "four.service", "four.deliberation", "four.orglife_day")


def afternoons(streams: Streams) -> Iterator[str]:
    """Statements from the table `afternoon` (number, day, held, month, rank, weeks) and `branch`."""
    rates = streams.rates["activities"]
    postponed = f"draw('postponed', b.n, a.number) < {rates['postponed']}"
    joint = f"draw('joint', b.committee * 100 + b.b // 2, a.number) < {rates['joint']}"
    yield f"""
        CREATE TABLE activity AS
        SELECT b.n, b.org, NULL AS member, b.lax, a.number, a.month, a.rank, a.weeks, a.day,
               CASE WHEN {postponed} THEN a.held + 7 + CAST(a.number % 14 AS INTEGER) ELSE a.held END AS held,
               concat('a', b.committee, '-', CASE WHEN {joint} THEN 'j' || (b.b // 2) ELSE '' || b.b END,
                      '-', a.number) AS ref
        FROM branch b, afternoon a
        WHERE draw('afternoon', b.n, a.number) >= {rates["missed"]} * b.lax
    """
    entered = streams.entered("afternoon", "n", "number")
    common = {"happened": "held", "day": "day", "ref": "ref", "entered": entered}
    yield streams.event("'study.session'", "activity", amount="1", **common)
    for rank, theme in enumerate(THEMES, start=1):
        share = f"rank = {rank}" + (" OR (rank = 3 AND weeks = 3)" if rank == 4 else "")
        yield streams.event(f"'{theme}'", f"(SELECT * FROM activity WHERE {share})", **common)
        for also in rates["also"]:
            if also["theme"] == theme:
                months = ", ".join(str(month) for month in also["months"])
                luck = f"draw('{also['kind']}', n, number) >= {also['missed']} * lax"
                held = f"(SELECT * FROM activity WHERE ({share}) AND month IN ({months}) AND {luck})"
                yield streams.event(f"'{also['kind']}'", held, **common)
    yield streams.event(
        "'training'",
        """(SELECT a.org, s.member, s.n, s.lax, a.number, a.day, a.held, a.ref FROM activity a
            JOIN span s ON s.branch = a.n AND s.since <= a.held AND a.held < s.until WHERE a.rank = 1)""",
        kept=f"draw('attended', n, number) < {rates['attendance']}",
        amount=str(rates["minutes"]),
        **common,
    )
