-- sequence: what must stand before, after or during each anchor, and the cap of its own amount.
-- One row per anchor.
WITH
matched AS (
    SELECT
        a.anchor,
        r.grp,
        e.is_state,
        e.kind,
        e.org,
        e.member,
        e.since,
        e.until,
        e.endless,
        e.amount,
        e.ref,
        e.recorded
    FROM anchors AS a
    INNER JOIN sequences AS q ON a.duty = q.duty
    INNER JOIN required_kinds AS r ON a.duty = r.duty
    INNER JOIN evidence AS e ON r.kind = e.kind AND a.committee = e.committee AND a.ref = e.ref
    WHERE q.matching = 'ref'
    UNION ALL
    SELECT
        a.anchor,
        r.grp,
        e.is_state,
        e.kind,
        e.org,
        e.member,
        e.since,
        e.until,
        e.endless,
        e.amount,
        e.ref,
        e.recorded
    FROM anchors AS a
    INNER JOIN sequences AS q ON a.duty = q.duty
    INNER JOIN required_kinds AS r ON a.duty = r.duty
    INNER JOIN evidence AS e ON r.kind = e.kind AND a.committee = e.committee AND a.member = e.member
    WHERE q.matching = 'member'
    UNION ALL
    SELECT
        a.anchor,
        r.grp,
        e.is_state,
        e.kind,
        e.org,
        e.member,
        e.since,
        e.until,
        e.endless,
        e.amount,
        e.ref,
        e.recorded
    FROM anchors AS a
    INNER JOIN sequences AS q ON a.duty = q.duty
    INNER JOIN required_kinds AS r ON a.duty = r.duty
    INNER JOIN evidence AS e
        ON r.kind = e.kind AND a.committee = e.committee AND a.ref = e.ref AND a.member = e.member
    WHERE q.matching = 'member+ref'
),

considered AS (
    SELECT
        m.anchor,
        m.grp,
        m.is_state,
        m.kind,
        m.org,
        m.member,
        m.since,
        m.until,
        m.amount,
        m.ref,
        m.recorded,
        n.ends AS lapses,
        CASE
            WHEN m.recorded > q.as_of OR (m.is_state = 0 AND m.since > q.as_of) THEN 'unknown'
            WHEN m.is_state = 1 AND s.direction <> 'during' THEN 'not an event'
            WHEN m.is_state = 0 AND s.direction = 'during' THEN 'not a state'
            WHEN s.direction = 'before' AND m.since > a.happened + t.due_after THEN 'too late'
            WHEN s.direction = 'after' AND m.since < a.happened THEN 'too early'
            WHEN s.direction = 'during' AND m.since > a.happened THEN 'not begun'
            WHEN s.direction = 'during' AND m.until <= a.happened THEN 'ended'
            WHEN s.direction = 'during' AND m.endless = 1 AND n.ends <= a.happened THEN 'lapsed'
            ELSE 'counts'
        END AS verdict,
        CASE
            WHEN
                m.recorded <= a.happened + t.settles_after
                AND (s.direction <> 'after' OR m.since <= a.happened + t.due_after) THEN 1
            ELSE 0
        END AS timely
    FROM matched AS m
    INNER JOIN anchors AS a ON m.anchor = a.anchor
    INNER JOIN sequences AS s ON a.duty = s.duty
    INNER JOIN moments AS t ON a.duty = t.duty AND a.happened BETWEEN t.first_day AND t.last_day
    LEFT JOIN anniversaries AS n ON m.since = n.since AND t.years = n.years
    CROSS JOIN asked AS q
),

groups_met AS (
    SELECT
        anchor,
        grp,
        MAX(timely) AS timely
    FROM considered
    WHERE verdict = 'counts'
    GROUP BY anchor, grp
),

totals AS (
    SELECT
        anchor,
        CAST(SUM(timely) AS BIGINT) AS timely,
        COUNT(*) AS satisfied
    FROM groups_met
    GROUP BY anchor
),

excused AS (
    SELECT DISTINCT a.anchor
    FROM anchors AS a
    INNER JOIN exemptions AS x
        ON a.duty = x.duty AND a.committee = x.committee AND a.subject_id = x.id AND a.by_member = x.by_member
    WHERE x.since <= a.happened AND a.happened < x.until
),

measured AS (
    SELECT
        a.duty,
        s.article,
        s.direction,
        a.subject_id,
        a.org,
        a.happened,
        a.ref,
        t.no_rule,
        t.capped,
        s.required_groups,
        a.happened + t.due_after AS due,
        CASE WHEN x.anchor IS NULL THEN 0 ELSE 1 END AS exempt,
        CASE WHEN t.capped = 1 AND a.amount <= t.cap THEN 1 ELSE 0 END AS held,
        COALESCE(g.satisfied, 0) AS satisfied,
        COALESCE(g.timely, 0) AS timely
    FROM anchors AS a
    INNER JOIN sequences AS s ON a.duty = s.duty
    INNER JOIN moments AS t ON a.duty = t.duty AND a.happened BETWEEN t.first_day AND t.last_day
    LEFT JOIN totals AS g ON a.anchor = g.anchor
    LEFT JOIN excused AS x ON a.anchor = x.anchor
),

findings AS (
    SELECT
        m.duty,
        m.article,
        m.subject_id,
        m.org,
        m.happened,
        m.due,
        m.ref,
        CASE WHEN m.no_rule = 1 THEN CAST(NULL AS BIGINT) ELSE m.required_groups + m.capped END AS required,
        m.satisfied + m.held AS actual,
        CASE
            WHEN m.exempt = 1 THEN 'exempt'
            WHEN m.no_rule = 1 THEN 'no rule'
            WHEN m.capped = 1 AND m.held = 0 THEN 'missed'
            WHEN m.timely = m.required_groups THEN 'met'
            WHEN m.satisfied = m.required_groups THEN 'late'
            WHEN m.direction = 'after' AND m.due >= a.as_of THEN 'open'
            ELSE 'missed'
        END AS status
    FROM measured AS m
    CROSS JOIN asked AS a
)

SELECT
    duty,
    article,
    subject_id,
    org,
    happened,
    required,
    actual,
    status,
    due,
    ref
FROM findings
