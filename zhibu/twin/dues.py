"""Dues (党费): what is paid for each month, what is owed for the year, who is criticised for not paying."""

from __future__ import annotations

from collections.abc import Iterator

from zhibu.twin.streams import Streams

FEE = "(500 + 100 * (n % 26))"


def dues(streams: Streams) -> Iterator[str]:
    """Statements from `span` and `period`; the table `arrears` holds what was never paid."""
    rates, first, as_of = streams.rates["dues"], streams.first, streams.as_of
    span = (as_of - first).days
    yield f"""
        CREATE TABLE stopped AS
        SELECT n, org, member, DATE '{first}' + whole(draw('stop', n, 1) * {span}) - 60 AS since,
               draw('stop', n, 2) < {rates["excused"]} AS excused
        FROM span WHERE until > DATE '{as_of}' AND draw('stop', n, 0) < {rates["stopped"]}
    """
    yield """
        INSERT INTO states BY NAME
        SELECT 'dues.excused' AS kind, org, member, since - 5 AS since, since + 250 AS until, NULL AS amount,
               concat('excused:', n) AS ref, since AS recorded FROM stopped WHERE excused
    """
    yield f"""
        CREATE TABLE owed AS
        SELECT s.n, s.org, s.member, s.category = 'retiree' AS retired, s.lax, m.number, m.first, m.last,
               q.number AS quarter, q.first AS quarter_first, q.last AS quarter_last, q.name AS quarter_name,
               m.name AS month_name,
               CASE WHEN s.category = 'retiree' THEN q.number + 1000 ELSE m.number END AS turn,
               t.n IS NOT NULL AS stopped
        FROM period m JOIN period q ON q.unit = 'quarter' AND m.first BETWEEN q.first AND q.last
        JOIN span s ON s.since <= least(m.last, DATE '{as_of}') AND s.until > least(m.last, DATE '{as_of}')
        LEFT JOIN stopped t ON t.n = s.n AND m.first BETWEEN t.since AND t.since + 245
        WHERE m.unit = 'month'
    """
    luck = f"draw('dues', n, turn) >= {rates['missed']} * lax"
    whole = f"NOT (retired AND first = quarter_first AND draw('two', n, turn) < {rates['two_of_three']})"
    paid = f"NOT stopped AND {luck} AND {whole}"
    yield f"CREATE TABLE arrears AS SELECT * FROM owed WHERE NOT ({paid})"
    how, when = "draw('how', n, turn)", "draw('when paid', n, turn)"
    begins = "CASE WHEN retired THEN quarter_first ELSE first END"
    ends = "CASE WHEN retired THEN quarter_last ELSE last END"
    yield streams.event(
        "'dues.paid'",
        "owed",
        kept=paid,
        happened=f"""CASE WHEN {how} < {rates["late"]} THEN {ends} + 5 + whole(45 * {when})
            WHEN {how} < {rates["late"] + rates["ahead"]} THEN {begins} - 1 - whole(25 * {when})
            ELSE {begins} + CAST(n // 100000 % 20 AS INTEGER) + whole(8 * {when}) END""",
        day="first",
        amount=FEE,
        ref="concat('paid:', n, '-', number)",
        entered=streams.entered("dues", "n", "turn"),
    )
    yield streams.event(
        "'dues.due'",
        """(SELECT s.n, s.org, s.member, y.number, y.first FROM span s JOIN period y ON y.unit = 'year'
             AND s.since <= y.first AND s.until > y.first)""",
        happened="first",
        amount=f"12 * {FEE}",
        ref="concat('bill:', n, '-', number)",
        entered="0",
    )
    yield from admonished(streams)


def admonished(streams: Streams) -> Iterator[str]:
    """Criticism of who did not pay, for the month, the quarter or the year (ref = its name)."""
    other = streams.rates["other"]
    missed = {
        "month": "SELECT n, org, member, month_name AS name, last, turn FROM arrears WHERE NOT retired",
        "quarter": """SELECT DISTINCT n, org, member, quarter_name AS name, quarter_last AS last, turn
                      FROM arrears WHERE retired""",
        "year": """SELECT DISTINCT a.n, a.org, a.member, y.name, y.last, 5000 + y.number AS turn
                   FROM arrears a JOIN period y ON y.unit = 'year' AND a.first BETWEEN y.first AND y.last""",
    }
    for unit, select in missed.items():
        luck = f"draw('admonished {unit}', n, turn)"
        when = f"whole(draw('when admonished {unit}', n, turn) * 30)"
        yield streams.event(
            "'dues.admonished'",
            f"(SELECT DISTINCT ON (member, name) * FROM ({select}) ORDER BY member, name, n, org)",
            kept=f"{luck} < {other['admonished'] + other['admonished_late']}",
            happened=f"last + CASE WHEN {luck} < {other['admonished']} THEN 1 + {when} ELSE 31 + {when} END",
            ref="name",
            entered=streams.entered(f"admonished {unit}", "n", "turn"),
        )
