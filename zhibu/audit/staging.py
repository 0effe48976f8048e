"""The staged tables: their typed columns, their indexes, and the SQL that fills the derived ones.

Plain SQL that all engines share. `{source}` is a SELECT of a relation with days as running integers.
"""

from __future__ import annotations

from zhibu.audit.plan import FOREVER, Moment, Slot, Standing, Streak

TEXT = (
    "duty article period measure compare bound_from part org member ref id pack category kind_id direction "
    "matching missed_of subject_id status own_kind"
)
TEXT_COLUMNS = frozenset(TEXT.split(" "))


def _columns(names: str) -> dict[str, str]:
    return {name: "text" if name in TEXT_COLUMNS else "int" for name in names.split()}


#: table → columns and indexes (`;` between indexes).
TABLES: dict[str, tuple[dict[str, str], str]] = {
    "asked": (_columns("as_of first_day"), ""),
    "slots": (_columns(" ".join(Slot._fields)), "slot;roster;duty"),
    "slot_kinds": (_columns("kind slot part"), ""),
    "bound_states": (_columns("kind slot"), "kind"),
    "standings": (_columns(" ".join(Standing._fields)), "duty;roster"),
    "standing_kinds": (_columns("kind duty part measure years"), "kind"),
    "sequences": (_columns("duty article required_groups direction matching pack"), "duty"),
    "moments": (_columns(" ".join(Moment._fields)), "duty"),
    "anchor_kinds": (_columns("kind duty"), "kind"),
    "anchor_duties": (_columns("missed_of duty"), "missed_of"),
    "required_kinds": (_columns("kind duty grp"), "duty;kind"),
    "streaks": (_columns(" ".join(Streak._fields)), "duty"),
    "streak_periods": (_columns("duty number period first_day last_day before deep"), "duty, deep"),
    "streak_kinds": (_columns("kind duty"), "kind"),
    "excuses": (_columns("kind duty"), "kind"),
    "event_days": (_columns("kind day"), "kind"),
    "duty_days": (
        _columns("kind day slot part by_member measure filtered least due settles"),
        "kind, day",
    ),
    "streak_days": (_columns("kind day duty number"), "kind, day, duty, number"),
    "kinds": (_columns("kind kind_id whole"), "kind_id"),
    "touched": (_columns("id"), "id"),
    "whole_duties": (_columns("duty"), "duty"),
    "event_kinds": (_columns("kind kind_id first_day last_day undated whole"), "kind_id"),
    "exempt_duties": (_columns("ref duty"), "ref"),
    "committees": (_columns("committee org"), ""),
    "homes_by_id": (_columns("org since until committee own_kind"), "org"),
    "member_homes": (
        _columns("committee member org category own_kind since until first_since last_until breaks"),
        "member",
    ),
    "derived_states": (_columns("kind org committee since until ref"), ""),
    "known_states": (
        _columns("kind org member committee since until endless amount ref recorded"),
        "kind",
    ),
    "pack_uses": (_columns("committee pack first_day"), "committee, pack"),
    "roster_categories": (_columns("roster category"), "category"),
    "roster_uses": (_columns("roster committee first_day"), "roster, committee"),
    "belongs_rows": (
        _columns("roster by_member committee id org since until first_from first_until"),
        "",
    ),
    "belongs_by_id": (
        _columns("roster by_member committee id org since until first_from first_until"),
        "",
    ),
    "subjects": (_columns("subject by_member committee id"), "id, committee, by_member;subject"),
    "belongings": (
        _columns("roster subject org since until first_from first_until"),
        "roster, subject",
    ),
    "homes": (_columns("org since until committee own_kind subject"), "org"),
    "fact_states": (
        _columns(
            "kind org member committee org_subject member_subject since until endless amount ref recorded"
        ),
        "kind",
    ),
    "fact_events": (
        _columns("kind org member committee org_subject member_subject day happened amount ref recorded"),
        "kind, day",
    ),
    "exemptions": (
        _columns("committee by_member id subject duty since until"),
        "duty;subject",
    ),
    "exempt_slots": (_columns("slot subject"), "slot, subject"),
    "exempt_today": (_columns("duty subject"), "duty, subject"),
    "anniversaries": (_columns("since years ends"), "since, years"),
    "outcomes": (_columns("slot subject org required actual status"), ""),
    "anchors": (
        _columns("anchor duty committee by_member subject_id org member happened ref amount"),
        "anchor;duty",
    ),
    "evidence": (
        _columns("is_state kind committee org member ref since until endless amount recorded"),
        "kind, committee, ref;kind, committee, member",
    ),
}  # fmt: skip

#: The findings of quotas in scope, from the staged rows of their file.
LISTED = """
SELECT s.duty, s.article, u.id AS subject_id, o.org, s.period, o.required, o.actual, o.status, s.due
FROM outcomes AS o
INNER JOIN slots AS s ON o.slot = s.slot
INNER JOIN subjects AS u ON o.subject = u.subject
WHERE s.listed = 1"""

#: The days on which states without an end began, for anniversaries.
BEGUN = "SELECT DISTINCT since FROM known_states WHERE endless = 1"

#: The earliest days on which a period of a streak may be skipped: an excuse begins, a belonging ends.
SKIPS = (
    "SELECT MIN(t.since) FROM fact_states AS t INNER JOIN excuses AS k ON t.kind = k.kind",
    """
SELECT MIN(b.until)
FROM belongings AS b
INNER JOIN streaks AS s ON b.roster = s.roster
INNER JOIN (
    SELECT roster, subject FROM belongings GROUP BY roster, subject HAVING COUNT(*) > 1
) AS several ON b.roster = several.roster AND b.subject = several.subject""",
)

#: Of `fact_events`: texts are kept only where anchors, their matches or an explanation read them (undated).
SELECTS: dict[str, str] = {
    "event_days": "SELECT DISTINCT kind, day FROM fact_events",
    "duty_days": """
SELECT k.kind, d.day, k.slot, k.part, s.by_member, s.measure, s.filtered, s.least, s.due, s.settles
FROM slot_kinds AS k
INNER JOIN slots AS s ON k.slot = s.slot
INNER JOIN event_days AS d ON k.kind = d.kind AND s.first_day <= d.day AND s.last_day >= d.day""",
    "streak_days": """
SELECT k.kind, d.day, k.duty, p.number
FROM streak_kinds AS k
INNER JOIN streak_periods AS p ON k.duty = p.duty
INNER JOIN event_days AS d ON k.kind = d.kind AND p.first_day <= d.day AND p.last_day >= d.day""",
    # breaks: how often a member's memberships under the committee do not follow one on the other without a gap
    "member_homes": """
SELECT
    committee, member, org, category, own_kind, since, until,
    MIN(since) OVER (PARTITION BY committee, member) AS first_since,
    MAX(until) OVER (PARTITION BY committee, member) AS last_until,
    SUM(CASE WHEN until_before <> since THEN 1 ELSE 0 END) OVER (PARTITION BY committee, member) AS breaks
FROM (
    SELECT
        committee, member, org, category, own_kind, since, until,
        LAG(until) OVER (PARTITION BY committee, member ORDER BY since, until) AS until_before
    FROM (
        SELECT
            h.committee, m.member, m.org, m.category, h.own_kind,
            CASE WHEN m.since < h.since THEN h.since ELSE m.since END AS since,
            CASE WHEN m.until IS NULL OR m.until > h.until THEN h.until ELSE m.until END AS until
        FROM ({source}) AS m
        INNER JOIN homes_by_id AS h ON m.org = h.org
        WHERE {narrow}
    ) AS cut
    WHERE since < until
) AS ordered""",
    "known_states": f"""
SELECT
    k.kind, s.org, s.member, h.committee, s.since, s.until, s.endless, s.amount, s.ref, s.recorded
FROM (
    SELECT
        kind, org, member, since, amount, ref, recorded,
        COALESCE(until, {FOREVER}) AS until,
        CASE WHEN until IS NULL THEN 1 ELSE 0 END AS endless,
        CASE
            WHEN since > {{as_of}} THEN since
            WHEN until IS NULL OR until > {{as_of}} THEN {{as_of}}
            WHEN until <= since THEN since
            ELSE until - 1
        END AS seen
    FROM ({{source}}) AS given
    WHERE recorded <= {{known}}
) AS s
INNER JOIN kinds AS k ON s.kind = k.kind_id
INNER JOIN homes_by_id AS h ON s.org = h.org
WHERE h.since <= s.seen AND s.seen < h.until AND {{narrow}}
UNION ALL
SELECT
    kind, org, CAST(NULL AS VARCHAR(1)) AS member, committee, since, until,
    CASE WHEN until = {FOREVER} THEN 1 ELSE 0 END AS endless,
    CAST(NULL AS BIGINT) AS amount, ref, 0 AS recorded
FROM derived_states
UNION ALL
SELECT
    k.kind, m.org, m.member, m.committee, m.since, m.until,
    CASE WHEN m.until = {FOREVER} THEN 1 ELSE 0 END AS endless,
    CAST(NULL AS BIGINT) AS amount, CAST(NULL AS VARCHAR(1)) AS ref, 0 AS recorded
FROM member_homes AS m
INNER JOIN kinds AS k ON k.kind_id = 'membership'
WHERE m.own_kind = 'branch'""",
    "belongs_by_id": """
SELECT
    c.roster, 1 AS by_member, m.committee, m.member AS id, m.org, m.since, m.until,
    CASE WHEN u.first_day > m.first_since THEN u.first_day ELSE m.first_since END AS first_from,
    m.last_until AS first_until
FROM member_homes AS m
INNER JOIN roster_categories AS c ON m.category = c.category
INNER JOIN roster_uses AS u ON c.roster = u.roster AND m.committee = u.committee
WHERE m.breaks = 0 AND u.first_day < m.until AND {narrow}
UNION ALL
SELECT roster, by_member, committee, id, org, since, until, first_from, first_until
FROM belongs_rows AS b
WHERE {narrow_rows}""",
    "subjects": """
SELECT
    ROW_NUMBER() OVER (ORDER BY committee, by_member, id) AS subject, by_member, committee, id
FROM (SELECT DISTINCT by_member, committee, id FROM belongs_by_id) AS found""",
    "belongings": """
SELECT b.roster, s.subject, b.org, b.since, b.until, b.first_from, b.first_until
FROM belongs_by_id AS b
INNER JOIN subjects AS s ON b.id = s.id AND b.committee = s.committee AND b.by_member = s.by_member""",
    "homes": """
SELECT h.org, h.since, h.until, h.committee, h.own_kind, s.subject
FROM homes_by_id AS h
LEFT JOIN subjects AS s ON h.org = s.id AND h.committee = s.committee AND s.by_member = 0""",
    "fact_states": """
SELECT
    t.kind, t.org, t.member, t.committee, o.subject AS org_subject, m.subject AS member_subject,
    t.since, t.until, t.endless, t.amount, t.ref, t.recorded
FROM known_states AS t
LEFT JOIN subjects AS o ON t.org = o.id AND t.committee = o.committee AND o.by_member = 0
LEFT JOIN subjects AS m ON t.member = m.id AND t.committee = m.committee AND m.by_member = 1""",
    "fact_events": """
SELECT
    k.kind,
    CASE WHEN k.undated = 1 THEN e.org END AS org,
    CASE WHEN k.undated = 1 THEN e.member END AS member,
    h.committee, h.subject AS org_subject, m.subject AS member_subject,
    e.day, e.happened, e.amount,
    CASE WHEN k.undated = 1 THEN e.ref END AS ref,
    e.recorded
FROM ({source}) AS e
INNER JOIN event_kinds AS k ON e.kind = k.kind_id
INNER JOIN homes AS h ON e.org = h.org
LEFT JOIN subjects AS m ON e.member = m.id AND h.committee = m.committee AND m.by_member = 1
WHERE
    e.recorded <= {known} AND e.happened <= {known}
    AND h.since <= e.happened AND e.happened < h.until
    AND (k.undated = 1 OR (k.first_day <= e.day AND e.day <= k.last_day))
    AND {narrow}""",
    "exemptions": """
SELECT t.committee, t.by_member, t.id, s.subject, x.duty, t.since, t.until
FROM (
    SELECT
        committee, ref, since, until, COALESCE(member, org) AS id,
        CASE WHEN member IS NULL THEN 0 ELSE 1 END AS by_member
    FROM known_states
    WHERE kind = {exemption} AND recorded <= {as_of}
) AS t
INNER JOIN exempt_duties AS x ON t.ref = x.ref
LEFT JOIN subjects AS s ON t.id = s.id AND t.committee = s.committee AND t.by_member = s.by_member""",
    "exempt_slots": """
SELECT DISTINCT s.slot, x.subject
FROM exemptions AS x
INNER JOIN slots AS s ON x.duty = s.duty
WHERE
    x.subject IS NOT NULL AND x.since <= s.last_day AND s.first_day < x.until
    AND 2 * (
        CASE WHEN x.until <= s.last_day THEN x.until ELSE s.last_day + 1 END
        - CASE WHEN x.since >= s.first_day THEN x.since ELSE s.first_day END
    ) >= s.last_day + 1 - s.first_day""",
    "exempt_today": """
SELECT DISTINCT x.duty, x.subject
FROM exemptions AS x
INNER JOIN asked AS a ON x.since <= a.as_of AND a.as_of < x.until
WHERE x.subject IS NOT NULL""",
    "anchors": """
SELECT
    ROW_NUMBER() OVER (ORDER BY a.happened) AS anchor,
    a.duty, a.committee, a.by_member, a.subject_id, a.org,
    CASE WHEN a.by_member = 1 THEN a.subject_id END AS member,
    a.happened, a.ref, MAX(a.amount) AS amount
FROM (
    SELECT
        k.duty, e.committee, COALESCE(e.member, e.org) AS subject_id, e.org, e.happened, e.ref, e.amount,
        CASE WHEN e.member IS NULL THEN 0 ELSE 1 END AS by_member
    FROM fact_events AS e
    INNER JOIN anchor_kinds AS k ON e.kind = k.kind
    INNER JOIN asked AS q ON e.happened <= q.as_of AND e.recorded <= q.as_of
    UNION ALL
    SELECT
        d.duty, u.committee, u.id AS subject_id, o.org, s.last_day AS happened, s.period AS ref,
        CAST(NULL AS BIGINT) AS amount, u.by_member
    FROM outcomes AS o
    INNER JOIN slots AS s ON o.slot = s.slot
    INNER JOIN anchor_duties AS d ON s.duty = d.missed_of
    INNER JOIN subjects AS u ON o.subject = u.subject
    WHERE s.anchoring = 1 AND o.status = 'missed'
) AS a
INNER JOIN moments AS t ON a.duty = t.duty AND a.happened BETWEEN t.first_day AND t.last_day
INNER JOIN sequences AS q ON a.duty = q.duty
INNER JOIN pack_uses AS u ON a.committee = u.committee AND q.pack = u.pack
WHERE a.happened >= u.first_day AND {narrow}
GROUP BY a.duty, a.committee, a.by_member, a.subject_id, a.org, a.happened, a.ref""",
    "evidence": """
SELECT
    0 AS is_state, e.kind, e.committee, e.org, e.member, e.ref, e.happened AS since,
    CAST(NULL AS BIGINT) AS until, 0 AS endless, e.amount, e.recorded
FROM fact_events AS e
INNER JOIN (SELECT DISTINCT kind FROM required_kinds) AS k ON e.kind = k.kind
UNION ALL
SELECT
    1 AS is_state, t.kind, t.committee, t.org, t.member, t.ref, t.since, t.until, t.endless, t.amount,
    t.recorded
FROM known_states AS t
INNER JOIN (SELECT DISTINCT kind FROM required_kinds) AS k ON t.kind = k.kind""",
}
