"""The colleges of one part of the twin: the tree, the members and their course, posts. All of it is SQL.

Tables left behind: `committee`, `branch`, `person`, `span` (a member at a branch for a time), `post`, and one
table `who_NAME` for every set of subjects that work is invented for: n (a number of its own), org, member,
since, until, lax.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

FOREVER = "DATE '9999-12-31'"


def draws(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """The macros `draw(purpose, a, b)`, a share in [0, 1) by the seed alone, and `whole(number)`."""
    connection.execute(
        f"CREATE MACRO draw(purpose, a, b) AS (hash({int(seed)}, purpose, a, b) % 1000003) / 1000003.0"
    )
    connection.execute("CREATE MACRO whole(number) AS CAST(floor(number) AS INTEGER)")


def tree(connection: duckdb.DuckDBPyConnection, rates: dict[str, Any], size: dict[str, int]) -> None:
    """Committees first..last of the part, their branches, general branches and groups."""
    college = rates["college"]
    branches, retired = college["branches"], college["retired_branches"]
    fourth = college["fourth_retired_branch"]
    other, members, count = college["other_number_of_branches"], size["members"], size["committees"]
    connection.execute(
        f"""
        CREATE TABLE committee AS
        SELECT n, printf('c%06d', n) AS org,
               {members} * (n + 1) // {count} - {members} * n // {count} AS members,
               {branches} + CASE WHEN draw('branches', n, 0) < {other / 2} THEN 1
                                 WHEN draw('branches', n, 0) < {other} THEN -1
                                 ELSE 0 END AS branches,
               {retired} + CAST(draw('retired', n, 0) < {fourth} AS INTEGER) AS retired,
               draw('general', n, 0) < {college["general_branch"]} AS general
        FROM range({size["first"]}, {size["last"]}) AS numbers(n)
        """
    )
    connection.execute(
        f"""
        CREATE TABLE branch AS
        SELECT c.n * 100 + b AS n, c.n AS committee, b, printf('%s.b%02d', c.org, b) AS org,
               CASE WHEN b < c.retired THEN 'retiree' WHEN b < 9 THEN 'student' WHEN b = 9 THEN 'mixed'
                    ELSE 'staff' END AS category,
               CASE WHEN b = c.branches - 1
                         AND (c.n = 0 OR draw('alone', c.n, b) < {college["branch_without_parent"]}) THEN NULL
                    WHEN c.general AND b BETWEEN 10 AND 15 THEN c.org || '.g1' ELSE c.org END AS parent,
               CASE whole(4 * draw('lax', c.n, b))
                    WHEN 0 THEN 0.4 WHEN 1 THEN 0.8 WHEN 2 THEN 1.0 ELSE 1.8 END AS lax,
               draw('groups', c.n, b) < {college["groups_in_branch"]} AS grouped,
               draw('board', c.n, b) < {college["branch_committee"]} AS board
        FROM committee c, range(30) AS numbers(b) WHERE b < c.branches
        """
    )


def organizations(first: date) -> str:
    """The rows of `organizations`. One branch joins a general branch in the first summer."""
    joined = date(first.year, 7, 1)
    return f"""
        SELECT org, NULL AS parent, 'committee' AS kind, NULL AS category, '第' || (n + 1) || '党委' AS name,
               DATE '2010-01-01' AS since, CAST(NULL AS DATE) AS until FROM committee
        UNION ALL SELECT org || '.g1', org, 'general_branch', NULL, '第一党总支', DATE '2010-01-01', NULL
        FROM committee WHERE general
        UNION ALL SELECT org, parent, 'branch', category, '第' || (b + 1) || '支部',
               CASE WHEN parent LIKE '%.g1' AND b = 15 THEN DATE '{joined}' ELSE DATE '2010-01-01' END, NULL
        FROM branch
        UNION ALL SELECT org, left(parent, 7), 'branch', category, '第' || (b + 1) || '支部',
               DATE '2010-01-01', DATE '{joined}' FROM branch WHERE parent LIKE '%.g1' AND b = 15
        UNION ALL SELECT org || '.k' || k, org, 'group', NULL, '第' || k || '小组', DATE '2010-01-01', NULL
        FROM branch, range(1, 3) AS numbers(k) WHERE grouped
    """


def people(connection: duckdb.DuckDBPyConnection, rates: dict[str, Any], first: date, as_of: date) -> None:
    """Every member with the course that the years take: `person`, and `span` for each stretch at a branch."""
    college, a_year = rates["college"], rates["members"]
    years = (as_of - first).days / 365
    days, calendar_years = max((as_of - first).days, 1), as_of.year - first.year + 1
    student = 20 - round(20 * college["retired_members"])
    staff = student - round(20 * college["student_members"])
    turns, below = [], 0.0
    for course in ("transferred", "left", "joined", "retired", "full"):
        below += a_year[course] * years
        turns.append(f"WHEN m >= 20 AND luck < {below} THEN '{course}'")
    connection.execute(
        f"""
        CREATE TABLE person AS
        WITH numbered AS (
            SELECT c.n * 10000000 + m AS n, c.n AS committee, c.branches, c.retired, m,
                   printf('%s.m%05d', c.org, m) AS member, draw('course', c.n, m) AS luck,
                   CASE WHEN m % 20 < {staff} THEN 'staff' WHEN m % 20 < {student} THEN 'student'
                        ELSE 'retiree' END AS category
            FROM committee c, range((SELECT max(members) FROM committee)) AS numbers(m) WHERE m < c.members
        ), placed AS (
            SELECT *, CASE category WHEN 'retiree' THEN (m // 20 + m) % retired
                                    WHEN 'student' THEN retired + (m // 20 + m) % (9 - retired)
                                    ELSE 9 + (m // 20 * 13 + m) % (branches - 9) END AS b,
                   CASE {" ".join(turns)} ELSE 'stays' END AS drawn
            FROM numbered
        )
        SELECT n, committee, branches, retired, m, member, category, b,
               CASE WHEN drawn = 'retired' AND category <> 'staff' THEN 'stays' ELSE drawn END AS course,
               CASE WHEN drawn = 'retired' THEN make_date(
                        {first.year} + whole(draw('turn', committee, m) * {calendar_years}), 9, 1)
                    ELSE DATE '{first}' + whole(draw('turn', committee, m) * {days}) END AS turn
        FROM placed
        """
    )
    connection.execute(
        f"""
        CREATE TABLE span AS
        WITH stretch AS (
            SELECT n, committee, m, member, b, category,
                   CASE WHEN course IN ('full', 'joined') THEN 'probationary' ELSE 'full' END AS status,
                   CASE WHEN course = 'joined' THEN turn
                        ELSE DATE '2005-01-01' + CAST(m % 4000 AS INTEGER) END AS since,
                   CASE WHEN course IN ('transferred', 'left', 'retired', 'full') AND turn <= DATE '{as_of}'
                        THEN turn END AS until
            FROM person
            UNION ALL
            SELECT n, committee, m, member,
                   CASE course WHEN 'retired' THEN m % retired
                               WHEN 'transferred' THEN CASE category WHEN 'retiree' THEN (b + 1) % retired
                                   WHEN 'student' THEN retired + (b - retired + 1) % (9 - retired)
                                   ELSE 9 + (b - 9 + 1) % (branches - 9) END
                               ELSE b END,
                   CASE course WHEN 'retired' THEN 'retiree' ELSE category END, 'full', turn, NULL
            FROM person WHERE course IN ('transferred', 'retired', 'full') AND turn <= DATE '{as_of}'
        )
        SELECT s.n, s.committee, s.m, s.member, br.n AS branch, br.org, s.category, s.status, s.since,
               coalesce(s.until, {FOREVER}) AS until, br.lax
        FROM stretch s JOIN branch br ON br.n = s.committee * 100 + s.b
        WHERE s.since <= DATE '{as_of}'
        """
    )


def memberships(rates: dict[str, Any], first: date) -> str:
    """The rows of `memberships`: the spans, and those few who are kept in two branches."""
    return f"""
        SELECT member, org, status, category, since, nullif(until, {FOREVER}) AS until FROM span
        UNION ALL
        SELECT s.member, b.org, s.status, s.category, DATE '{first}', NULL
        FROM span s JOIN branch b ON b.n = s.committee * 100 + CASE WHEN s.branch % 100 = 9 THEN 10 ELSE 9 END
        WHERE s.until = {FOREVER} AND s.since < DATE '{first}' AND s.m >= 20
          AND draw('two branches', s.committee, s.m) < {rates["members"]["two_branches"]}
    """


def posts(connection: duckdb.DuckDBPyConnection, rates: dict[str, Any], first: date, as_of: date) -> None:
    """Who holds which post: kind, org, member, since, until. The leaders are members who stay."""
    share = rates["posts"]
    changed = f"DATE '{first}' + whole(draw('changed', b.n, 1) * {(as_of - first).days})"
    connection.execute(
        f"""
        CREATE TABLE post AS
        WITH leader AS (
            SELECT c.n, c.org, c.members, p.member, p.m
            FROM committee c JOIN person p ON p.committee = c.n WHERE p.m < 20
        ), ranked AS (
            SELECT s.branch, s.member, row_number() OVER (PARTITION BY s.branch ORDER BY s.m) AS rank
            FROM span s WHERE s.until = {FOREVER} AND s.since < DATE '{first}'
        ), every AS (
            SELECT 'post.secretary' AS kind, org, member FROM leader
            WHERE (m = 0 AND draw('secretary', n, 0) >= {share["no_secretary"]})
               OR (m = 1 AND draw('secretary', n, 1) < {share["two_secretaries"]})
            UNION ALL SELECT 'post.deputy_secretary', org, member FROM leader
            WHERE m = 1 OR (m = 2 AND draw('president', n, 0) >= {share["president_not_deputy"]})
            UNION ALL SELECT 'post.deputy_secretary.fulltime', org, member FROM leader
            WHERE m = 1 AND draw('fulltime', n, 0) >= {share["no_fulltime_deputy"]}
            UNION ALL SELECT 'post.president', org, member FROM leader WHERE m = 2
            UNION ALL SELECT 'post.committee_member', org, member FROM leader WHERE m BETWEEN 0 AND 8
            UNION ALL SELECT 'post.college_leader', org, member FROM leader WHERE m BETWEEN 0 AND 7
            UNION ALL SELECT 'post.college_leader', org, org || '.guest' FROM leader WHERE m = 0
            UNION ALL SELECT 'post.cadre', org, member FROM leader WHERE m BETWEEN 9 AND 12
            UNION ALL SELECT 'post.party_staff.fulltime', c.org, p.member
            FROM committee c JOIN person p ON p.committee = c.n
            WHERE p.m < CASE WHEN draw('staff', c.n, 0) < {share["too_few_party_staff"]} THEN c.members // 100
                             ELSE (c.members + 49) // 50 END
            UNION ALL SELECT 'post.branch_deputy_secretary', b.org, r.member
            FROM ranked r JOIN branch b ON b.n = r.branch WHERE r.rank = 2
            UNION ALL SELECT 'post.branch_committee_member', b.org, r.member
            FROM ranked r JOIN branch b ON b.n = r.branch WHERE b.board AND r.rank <= 3
        )
        SELECT kind, org, member, DATE '2019-09-01' AS since, {FOREVER} AS until FROM every
        UNION ALL
        SELECT 'post.branch_secretary', b.org, r.member,
               CASE r.rank WHEN 1 THEN DATE '2019-09-01' ELSE {changed} END,
               CASE WHEN r.rank = 1 AND draw('changed', b.n, 0) < {share["secretary_changed"]} THEN {changed}
                    ELSE {FOREVER} END
        FROM ranked r JOIN branch b ON b.n = r.branch
        WHERE r.rank = 1 OR (r.rank = 2 AND draw('changed', b.n, 0) < {share["secretary_changed"]})
        """
    )


def subjects(connection: duckdb.DuckDBPyConnection) -> None:
    """One table for every set of subjects for which work is invented."""
    ever = f"DATE '2010-01-01' AS since, {FOREVER} AS until"
    held = "abs(CAST(hash(p.org, p.member) % 1000000007 AS BIGINT)) AS n, p.org, p.member"
    seats = "'post.secretary', 'post.deputy_secretary', 'post.committee_member'"
    leading = (
        f"{seats}, 'post.branch_secretary', 'post.branch_deputy_secretary', 'post.branch_committee_member'"
    )

    def holders(kinds: str) -> str:
        return f"""SELECT DISTINCT {held}, min(p.since) OVER w AS since, max(p.until) OVER w AS until,
                          1.0 AS lax FROM post p WHERE kind IN ({kinds})
                   WINDOW w AS (PARTITION BY p.org, p.member)"""

    tables = {
        "committee": f"SELECT n, org, NULL AS member, {ever}, 1.0 AS lax FROM committee",
        "branch": f"SELECT n, org, NULL AS member, {ever}, lax FROM branch",
        "branch_committee": f"SELECT n, org, NULL AS member, {ever}, lax FROM branch WHERE board",
        "group": f"""SELECT n * 10 + k AS n, org || '.k' || k AS org, NULL AS member, {ever}, lax
                     FROM branch, range(1, 3) AS numbers(k) WHERE grouped""",
        "organisation": f"""SELECT n + 500000000 AS n, org, NULL AS member, {ever}, 1.0 AS lax FROM committee
                     UNION ALL SELECT n + 600000000, org || '.g1', NULL, {ever}, 1.0
                     FROM committee WHERE general
                     UNION ALL SELECT n, org, NULL, {ever}, lax FROM branch""",
        "member": "SELECT n, org, member, since, until, lax FROM span",
        "in_service": "SELECT n, org, member, since, until, lax FROM span WHERE category = 'staff'",
        "committee_seat": holders(seats),
        "leading_body": holders(leading),
        "college_leader": holders("'post.college_leader'"),
        "leading_cadre": holders("'post.college_leader'") + " QUALIFY member NOT LIKE '%.guest'",
        "member_cadre": holders("'post.cadre'"),
        "handler": f"""SELECT b.n, b.org, p.member, {ever}, b.lax FROM branch b
                     JOIN post p ON p.org = b.org AND p.kind = 'post.branch_deputy_secretary'""",
    }
    for name, select in tables.items():
        connection.execute(f"CREATE TABLE who_{name} AS {select}")
