-- streak: the longest run of closed periods without an event; it must stay below the limit.
-- One row per duty and subject.
WITH
owing AS (
    SELECT
        s.duty,
        s.roster,
        b.subject,
        b.org
    FROM streaks AS s
    INNER JOIN belongings AS b ON s.roster = b.roster
    CROSS JOIN asked AS a
    WHERE
        b.since <= a.as_of AND a.as_of < b.until
        AND b.first_from <= a.as_of AND a.as_of < b.first_until
),

excuses_held AS (
    SELECT
        k.duty,
        CAST(CASE WHEN s.by_member = 1 THEN t.member_subject ELSE t.org_subject END AS BIGINT) AS subject,
        t.since,
        t.until
    FROM fact_states AS t
    INNER JOIN excuses AS k ON t.kind = k.kind
    INNER JOIN streaks AS s ON k.duty = s.duty
    INNER JOIN asked AS a ON t.recorded <= a.as_of
    WHERE CASE WHEN s.by_member = 1 THEN t.member_subject ELSE t.org_subject END IS NOT NULL
),

-- who may have skipped periods: only for them it is needed to look back further than the limit
skipping AS (
    SELECT DISTINCT
        duty,
        subject
    FROM (
        SELECT
            duty,
            subject
        FROM excuses_held
        UNION ALL
        SELECT
            s.duty,
            b.subject
        FROM streaks AS s
        INNER JOIN belongings AS b ON s.roster = b.roster
        GROUP BY s.duty, b.subject
        HAVING COUNT(*) > 1
    ) AS candidates
),

looked_at AS (
    SELECT
        o.duty,
        o.roster,
        o.subject,
        p.number,
        p.first_day,
        p.last_day,
        p.before
    FROM owing AS o
    INNER JOIN streak_periods AS p ON o.duty = p.duty
    WHERE p.deep = 0
    UNION ALL
    SELECT
        o.duty,
        o.roster,
        o.subject,
        p.number,
        p.first_day,
        p.last_day,
        p.before
    FROM owing AS o
    INNER JOIN skipping AS k ON o.duty = k.duty AND o.subject = k.subject
    INNER JOIN streak_periods AS p ON o.duty = p.duty
    WHERE p.deep = 1
),

excused_periods AS (
    SELECT DISTINCT
        p.duty,
        p.number,
        h.subject
    FROM excuses_held AS h
    INNER JOIN streak_periods AS p ON h.duty = p.duty
    WHERE h.since <= p.first_day AND p.first_day < h.until
),

events_by_period AS (
    SELECT
        d.duty,
        d.number,
        CAST(CASE WHEN s.by_member = 1 THEN e.member_subject ELSE e.org_subject END AS BIGINT) AS subject,
        COUNT(*) AS events
    FROM fact_events AS e
    INNER JOIN streak_days AS d ON e.kind = d.kind AND e.day = d.day
    INNER JOIN streaks AS s ON d.duty = s.duty
    INNER JOIN asked AS a ON e.happened <= a.as_of AND e.recorded <= a.as_of
    WHERE CASE WHEN s.by_member = 1 THEN e.member_subject ELSE e.org_subject END IS NOT NULL
    GROUP BY
        d.duty,
        d.number,
        CAST(CASE WHEN s.by_member = 1 THEN e.member_subject ELSE e.org_subject END AS BIGINT)
),

judged AS (
    SELECT
        l.duty,
        l.subject,
        l.number,
        l.before,
        CASE
            WHEN b.subject IS NULL THEN 'not owed'
            WHEN x.subject IS NOT NULL THEN 'excused'
            ELSE 'counts'
        END AS verdict,
        COALESCE(e.events, 0) AS events
    FROM looked_at AS l
    LEFT JOIN belongings AS b
        ON
            l.roster = b.roster AND l.subject = b.subject
            AND l.last_day >= b.since AND l.last_day < b.until
            AND l.first_day >= b.first_from AND l.first_day < b.first_until
    LEFT JOIN excused_periods AS x ON l.duty = x.duty AND l.number = x.number AND l.subject = x.subject
    LEFT JOIN events_by_period AS e ON l.duty = e.duty AND l.number = e.number AND l.subject = e.subject
),

ranked AS (
    SELECT
        duty,
        subject,
        number,
        before,
        verdict,
        events,
        ROW_NUMBER() OVER (PARTITION BY duty, subject, verdict, before ORDER BY number DESC) AS back
    FROM judged
),

considered AS (
    SELECT
        r.duty,
        r.subject,
        r.number,
        r.events,
        CASE
            WHEN r.verdict = 'counts' AND r.before = 1 AND r.back >= COALESCE(s.most, 1) THEN 'too long ago'
            ELSE r.verdict
        END AS verdict
    FROM ranked AS r
    INNER JOIN streaks AS s ON r.duty = s.duty
),

numbered AS (
    SELECT
        duty,
        subject,
        events,
        SUM(CASE WHEN events > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY duty, subject ORDER BY number) AS run
    FROM considered
    WHERE verdict = 'counts'
),

runs AS (
    SELECT
        duty,
        subject,
        run,
        SUM(CASE WHEN events = 0 THEN 1 ELSE 0 END) AS periods
    FROM numbered
    GROUP BY duty, subject, run
),

longest AS (
    SELECT
        duty,
        subject,
        CAST(MAX(periods) AS BIGINT) AS periods
    FROM runs
    GROUP BY duty, subject
),

findings AS (
    SELECT
        s.duty,
        s.article,
        u.id AS subject_id,
        o.org,
        s.most AS required,
        a.as_of AS due,
        COALESCE(g.periods, 0) AS actual,
        CASE
            WHEN x.subject IS NOT NULL THEN 'exempt'
            WHEN s.no_rule = 1 THEN 'no rule'
            WHEN COALESCE(g.periods, 0) < s.most THEN 'met'
            ELSE 'missed'
        END AS status
    FROM owing AS o
    INNER JOIN streaks AS s ON o.duty = s.duty
    INNER JOIN subjects AS u ON o.subject = u.subject
    CROSS JOIN asked AS a
    LEFT JOIN longest AS g ON o.duty = g.duty AND o.subject = g.subject
    LEFT JOIN exempt_today AS x ON o.duty = x.duty AND o.subject = x.subject
)

SELECT
    duty,
    article,
    subject_id,
    org,
    required,
    actual,
    status,
    due
FROM findings
