"""What has a shape of its own: terms, transfers, appraisals, money, certificates, posts, exemptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zhibu.twin.streams import Streams

#: The half-year in which all branches elect (reading `this_year` of the college's norm).
CAMPAIGN = date(2026, 7, 1)


def settings(streams: Streams) -> Iterator[str]:
    """The first day of use, and who is exempt from what."""
    first, exempt = streams.first, streams.rates["exemptions"]
    days = (streams.as_of - first).days
    yield f"""
        INSERT INTO states BY NAME
        SELECT 'in_use' AS kind, org, NULL AS member, DATE '{first}' AS since, CAST(NULL AS DATE) AS until,
               NULL AS amount, '*' AS ref, DATE '{first}' AS recorded FROM committee
    """
    since = f"DATE '{first}' + whole(draw('exempt since', n, 0) * {days}) - 60"
    for who, share, ref, length in (
        ("member", exempt["member"], "*", 200),
        ("branch", exempt["branch"], "four.service", 365),
    ):
        yield f"""
            INSERT INTO states BY NAME
            SELECT 'exemption' AS kind, org, member, {since} AS since, {since} + {length} AS until,
                   NULL AS amount, '{ref}' AS ref, {since} AS recorded
            FROM who_{who} WHERE draw('exempt {who}', n, 0) < {share} AND until > DATE '{streams.as_of}'
        """


def terms(streams: Streams) -> Iterator[str]:
    """Elections: the old term ran out or not; in the campaign half-year nearly every branch elects."""
    as_of, other = streams.as_of, streams.rates["other"]
    expired = other["term_expired"]
    for who, years in (("committee", 5), ("branch", 3)):
        luck, when = f"draw('term {who}', n, 0)", f"draw('term {who}', n, 1)"
        aged = f"""CASE WHEN {luck} < {expired} THEN {365 * years + 20} + whole(200 * {when})
                        ELSE 100 + whole({365 * years - 150} * {when}) END"""
        yield f"""
            CREATE TABLE election_{who} AS
            SELECT n, org, DATE '{as_of}' - {aged} AS held FROM who_{who}
        """
    span = (min(as_of, date(2026, 12, 31)) - CAMPAIGN).days
    if span > 0:
        yield f"""
            INSERT INTO election_branch
            SELECT n, org, DATE '{CAMPAIGN}' + whole(draw('campaign', n, 1) * {span})
            FROM who_branch WHERE draw('campaign', n, 0) < {other["campaign_held"]}
        """
    for who in ("committee", "branch"):
        elections = f"(SELECT n, org, NULL AS member, held FROM election_{who})"
        yield f"""
            INSERT INTO states BY NAME
            SELECT 'term' AS kind, org, member, held AS since,
                   lead(held) OVER (PARTITION BY org ORDER BY held) AS until, NULL AS amount,
                   concat('election:', n, '-', held) AS ref, held AS recorded FROM {elections}
        """
        yield streams.event(
            "'election.held'",
            elections,
            kept=f"held >= DATE '{streams.first}'",
            happened="held",
            ref="concat('election:', n, '-', held)",
            entered=streams.entered("election", "n", "0"),
        )


def leavers(streams: Streams) -> Iterator[str]:
    """Members who left: the move, and for some the change of residence beside it."""
    left = f"""(SELECT n, org, member, until AS held FROM span s
               WHERE until <= DATE '{streams.as_of}' AND EXISTS
                     (SELECT 1 FROM person p WHERE p.n = s.n AND p.course = 'left'))"""
    common = {"happened": "held", "ref": "concat('transfer:', n)", "entered": "0"}
    yield streams.event("'transfer.out'", left, **common)
    residence = streams.rates["other"]["residence"]
    yield streams.event("'transfer.residence'", left, kept=f"draw('residence', n, 0) < {residence}", **common)


def appraisals(streams: Streams) -> Iterator[str]:
    """The yearly result of every member: decided in December, also for the year before the first."""
    below, turns = 0.0, []
    for kind, share in streams.rates["appraisal"].items():
        below += share
        turns.append(f"WHEN luck < {below} THEN '{kind}'")
    yield streams.event(
        f"CASE {' '.join(turns)} END",
        f"""(SELECT s.n, s.org, s.member, year, make_date(year, 12, 3 + CAST(s.n % 25 AS INTEGER)) AS held,
                    draw('appraisal', s.n, year) AS luck
             FROM span s, range({streams.first.year - 1}, {streams.as_of.year + 1}) AS years(year)
             WHERE s.since <= make_date(year, 12, 31)
               AND s.until > least(make_date(year, 12, 31), DATE '{streams.as_of}'))""",
        kept=f"luck < {below}",
        happened="held",
        ref="concat('appraisal:', n, '-', year)",
        entered=streams.entered("appraisal", "n", "year"),
    )


def money(streams: Streams) -> Iterator[str]:
    """Budgets of the year and what is spent from them; the staff establishment."""
    budget = "100000 * (3 + n % 20)"
    yield f"""
        INSERT INTO states BY NAME
        SELECT 'budget' AS kind, org, member, y.first AS since, y.last + 1 AS until, {budget} AS amount,
               concat('budget:', n, '-', y.number) AS ref, y.first AS recorded
        FROM who_organisation JOIN period y ON y.unit = 'year'
    """
    share = (
        f"CASE WHEN draw('overspent', n, year) < {streams.rates['other']['overspent']} THEN 27 ELSE 22 END"
    )
    yield streams.event(
        "'fund.spent'",
        """(SELECT o.n, o.org, o.member, q.number, q.first, year(q.first) AS year FROM who_organisation o
            JOIN period q ON q.unit = 'quarter')""",
        happened="first + whole(85 * draw('spent', n, number))",
        amount=f"{budget} * ({share}) // 100",
        ref="concat('voucher:', n, '-', number)",
        entered=streams.entered("spent", "n", "number"),
    )
    yield """
        INSERT INTO states BY NAME
        SELECT 'establishment' AS kind, org, NULL AS member, DATE '2019-01-01' AS since,
               CAST(NULL AS DATE) AS until, members AS amount, 'establishment' AS ref,
               DATE '2019-01-01' AS recorded FROM committee
    """


def honours(streams: Streams) -> Iterator[str]:
    """The branches that the committee names each year."""
    other = streams.rates["other"]
    usual = other["branches_named"]
    fewer = f"CAST(draw('named', c.n, year) < {other['other_number_named']} AS INTEGER)"
    yield streams.event(
        "'brand.awarded'",
        f"""(SELECT c.org, NULL AS member, year, b.org AS named, c.n FROM committee c
             JOIN branch b ON b.committee = c.n AND b.parent IS NOT NULL,
                  range({streams.first.year}, {streams.as_of.year}) AS years(year)
             QUALIFY row_number() OVER (PARTITION BY c.n, year ORDER BY draw('name', b.n, year))
                     <= {usual} - {fewer})""",
        happened="make_date(year + 1, 3, 1 + CAST(n % 25 AS INTEGER))",
        day="make_date(year, 12, 31)",
        ref="named",
        entered="0",
    )


def workers(streams: Streams) -> Iterator[str]:
    """The certificate of the party worker who handles a branch's cases; it lasts three years."""
    expired = streams.rates["other"]["certificate_expired"]
    span = (streams.as_of - streams.first).days
    yield f"""
        INSERT INTO states BY NAME
        SELECT 'certificate.party_worker' AS kind, c.org, h.member,
               DATE '{streams.first}' - CASE WHEN draw('certificate', h.n, 0) < {expired} THEN 1200
                                             ELSE whole(draw('certificate', h.n, 1) * {max(1095 - span, 1)})
                                        END AS since,
               CAST(NULL AS DATE) AS until, NULL AS amount, concat('certificate:', h.n) AS ref,
               DATE '{streams.first}' AS recorded
        FROM who_handler h JOIN committee c ON c.n = h.n // 100
    """


def held_posts(streams: Streams) -> Iterator[str]:
    """The posts as states."""
    yield f"""
        INSERT INTO states BY NAME
        SELECT kind, org, member, since, nullif(until, DATE '9999-12-31') AS until, NULL AS amount,
               concat(kind, ':', member) AS ref, since AS recorded
        FROM post WHERE since <= DATE '{streams.as_of}'
    """
