"""The biggest duties of the college's norm as one would write them by hand in SQL for one twin: the floor.

Each statement gives (duty, status, number of findings) over the views of one part. It knows what holds in the
twin (use begins on January 1, but for branches without a parent; only members are exempt) and nothing of other
norms or facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zhibu.audit.calendar import periods
from zhibu.norm.model import Calendar

MONTHS = "range(1, 13) AS months(n)"
QUARTERS = "range(1, 13, 3) AS months(n)"
UNITS = {
    "month": ("1 MONTH", MONTHS),
    "quarter": ("3 MONTH", QUARTERS),
    "year": ("12 MONTH", "range(1, 2) AS months(n)"),
}

#: duty, kind, period, categories (all where empty), measure, bound
MEMBERS = (
    ("dues.monthly", "dues.paid", "month", "'staff', 'student'", "count(*)", 1),
    ("dues.quarterly", "dues.paid", "quarter", "'retiree'", "count(DISTINCT e.day)", 3),
    ("study.reflection", "study.reflection", "quarter", "", "count(*)", 1),
    ("study.check", "study.check", "quarter", "", "count(*)", 1),
    ("study.hours", "training", "year", "", "sum(e.amount)", 1440),
    ("talks.heart", "talk.heart", "year", "", "count(*)", 1),
)
FOUR_DAYS = ("four.study", "four.service", "four.deliberation", "four.orglife_day")
#: duty, kinds of anchors, kinds asked for, direction, days
PAPERS = (
    ("study.plan", ("study.session",), ("activity.plan",), "before", 0),
    ("four.plan", FOUR_DAYS, ("activity.plan",), "before", 0),
    ("study.record", ("study.session",), ("activity.record", "activity.attendance"), "after", 7),
)
DUTIES = (*(row[0] for row in MEMBERS), "study.weekly", *(row[0] for row in PAPERS))


def prepared() -> str:
    """Each organization's committee: the first step of every statement."""
    return """CREATE OR REPLACE TEMP TABLE home AS
        SELECT DISTINCT org, CASE WHEN parent IS NULL THEN org ELSE left(org, 7) END AS committee
        FROM organizations"""


def statements(as_of: date, calendar: Calendar) -> Iterator[str]:
    """One statement for each of DUTIES, for the year of `as_of`."""
    for duty, kind, unit, categories, measure, bound in MEMBERS:
        yield member_quota(duty, kind, unit, categories, measure, bound, as_of)
    yield weekly(as_of, calendar)
    for duty, anchors, asked_for, direction, days in PAPERS:
        yield papers(duty, anchors, asked_for, direction, days, as_of)


def member_quota(
    duty: str, kind: str, unit: str, categories: str, measure: str, bound: int, as_of: date
) -> str:
    """What every member owes in a period, on time by its last day, entered within ten days."""
    step, numbers = UNITS[unit]
    category = f"AND l.category IN ({categories})" if categories else ""
    in_time = "FILTER (e.happened <= p.last AND e.recorded <= p.last + 10)"
    exempt = "FALSE"
    join = ""
    if not duty.startswith("dues."):
        join = (
            "LEFT JOIN excused x ON x.member = o.member AND x.committee = o.committee AND x.first = o.first"
        )
        exempt = "x.member IS NOT NULL"
    return f"""
        WITH period AS (
            SELECT make_date({as_of.year}, n, 1) AS first,
                   CAST(make_date({as_of.year}, n, 1) + INTERVAL '{step}' AS DATE) - 1 AS last FROM {numbers}
        ), belongs AS (
            SELECT m.member, h.committee, m.category, m.since, coalesce(m.until, DATE '9999-12-31') AS until
            FROM memberships m JOIN home h USING (org)
        ), owes AS (
            SELECT DISTINCT l.committee, l.member, p.first, p.last
            FROM belongs l JOIN period p ON l.since <= p.last AND p.last < l.until
            JOIN belongs f ON f.member = l.member AND f.committee = l.committee
                 AND f.since <= p.first AND p.first < f.until
            WHERE p.first <= DATE '{as_of}' {category}
        ), done AS (
            SELECT h.committee, e.member, p.first, {measure} AS total, {measure} {in_time} AS timely
            FROM events e JOIN home h USING (org) JOIN period p ON e.day BETWEEN p.first AND p.last
            WHERE e.kind = '{kind}' AND e.happened <= DATE '{as_of}' AND e.recorded <= DATE '{as_of}'
            GROUP BY ALL
        ), excused AS (
            SELECT DISTINCT h.committee, s.member, p.first
            FROM states s JOIN home h USING (org) JOIN period p ON s.since <= p.last
            WHERE s.kind = 'exemption' AND s.ref = '*' AND s.recorded <= DATE '{as_of}'
              AND 2 * (least(coalesce(s.until, DATE '9999-12-31'), p.last + 1) - greatest(s.since, p.first))
                  >= p.last - p.first + 1
        )
        SELECT '{duty}', CASE WHEN {exempt} THEN 'exempt'
                              WHEN d.timely >= {bound} AND d.total >= {bound} THEN 'met'
                              WHEN d.total >= {bound} THEN 'late'
                              WHEN o.last < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS status, count(*)
        FROM owes o LEFT JOIN done d ON d.member = o.member AND d.committee = o.committee AND d.first = o.first
        {join}
        GROUP BY status"""


def weekly(as_of: date, calendar: Calendar) -> str:
    """A study session of every branch in every teaching week."""
    found = [
        f"(DATE '{week.first}', DATE '{week.last}', {str(week.no_rule).upper()})"
        for week in periods(calendar, "teaching_week", as_of.year, as_of.year)
        if week.last >= date(as_of.year, 1, 1) and week.first <= as_of
    ]
    return f"""
        WITH week(first, last, no_rule) AS (VALUES {", ".join(found)}),
        owes AS (
            SELECT DISTINCT f.org, w.first, w.last, w.no_rule
            FROM organizations f JOIN week w ON f.since <= w.first AND w.first < coalesce(f.until, DATE '9999-12-31')
            JOIN organizations l ON l.org = f.org AND l.since <= w.last
                 AND w.last < coalesce(l.until, DATE '9999-12-31') AND l.kind = 'branch'
            JOIN home h ON h.org = f.org
            WHERE f.kind = 'branch' AND (w.first >= DATE '{as_of.year}-01-01' OR h.committee = h.org)
        ), done AS (
            SELECT e.org, w.first, sum(e.amount) AS total,
                   sum(e.amount) FILTER (e.happened <= w.last AND e.recorded <= w.last + 10) AS timely
            FROM events e JOIN week w ON e.day BETWEEN w.first AND w.last
            WHERE e.kind = 'study.session' AND e.happened <= DATE '{as_of}' AND e.recorded <= DATE '{as_of}'
            GROUP BY ALL
        )
        SELECT 'study.weekly', CASE WHEN o.no_rule THEN 'no rule' WHEN d.timely >= 1 THEN 'met'
                                    WHEN d.total >= 1 THEN 'late'
                                    WHEN o.last < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS status, count(*)
        FROM owes o LEFT JOIN done d ON d.org = o.org AND d.first = o.first
        GROUP BY status"""


def papers(
    duty: str, anchors: tuple[str, ...], asked_for: tuple[str, ...], direction: str, days: int, as_of: date
) -> str:
    """What an activity asks for by its reference, before it or within days of it."""
    named = ", ".join(f"'{kind}'" for kind in anchors)
    due = f"a.happened + {days}"
    fits = "e.happened <= a.happened" if direction == "before" else "e.happened >= a.happened"
    timely = f"e.happened <= {due} AND e.recorded <= {due} + 10"
    columns = ", ".join(
        f"max(CASE WHEN e.kind = '{kind}' THEN 1 + CAST({timely} AS INTEGER) END) AS paper_{number}"
        for number, kind in enumerate(asked_for)
    )
    least = "least(" + ", ".join(f"coalesce(paper_{number}, 0)" for number in range(len(asked_for))) + ")"
    wanted = ", ".join(f"'{kind}'" for kind in asked_for)
    opened = f"WHEN happened + {days} >= DATE '{as_of}' THEN 'open'" if direction == "after" else ""
    return f"""
        WITH known AS (
            SELECT e.kind, e.org, h.committee, e.happened, e.ref, e.recorded FROM events e JOIN home h USING (org)
            WHERE e.kind IN ({named}, {wanted}) AND e.happened <= DATE '{as_of}' AND e.recorded <= DATE '{as_of}'
        ), a AS (
            SELECT DISTINCT org, committee, happened, ref FROM known
            WHERE kind IN ({named}) AND happened >= DATE '{as_of.year}-01-01'
        ), matched AS (
            SELECT a.org, a.happened, a.ref, {columns}
            FROM a LEFT JOIN known e ON e.ref = a.ref AND e.committee = a.committee AND e.kind IN ({wanted}) AND {fits}
            GROUP BY ALL
        )
        SELECT '{duty}', CASE WHEN {least} = 2 THEN 'met' WHEN {least} = 1 THEN 'late' {opened}
                              ELSE 'missed' END AS status, count(*)
        FROM matched GROUP BY status"""
