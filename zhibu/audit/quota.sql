-- quota: what is counted in a period, against a bound.
-- One row per slot (a duty and a period) and subject that owes.
-- Reads the tables that zhibu.audit.stage lays out; takes no parameters; plain SQL for every engine.
WITH
considered AS (
    SELECT
        d.slot,
        CAST(CASE WHEN d.by_member = 1 THEN e.member_subject ELSE e.org_subject END AS BIGINT) AS subject,
        d.part,
        0 AS is_state,
        e.kind,
        e.org,
        e.member,
        e.day,
        e.happened,
        e.amount,
        e.ref,
        e.recorded,
        CASE
            WHEN d.part = 'bound' OR d.measure = 'sum' THEN COALESCE(e.amount, 0)
            ELSE CAST(1 AS BIGINT)
        END AS worth,
        CASE
            WHEN d.part = 'bound' THEN 0
            WHEN d.measure = 'days' THEN e.day
            WHEN d.measure = 'kinds' THEN e.kind
            ELSE 0
        END AS item,
        CASE
            WHEN e.happened > a.as_of OR e.recorded > a.as_of THEN 'unknown'
            WHEN d.part = 'bound' OR d.filtered = 0 THEN 'counts'
            WHEN e.amount >= d.least THEN 'counts'
            ELSE 'too little'
        END AS verdict,
        CASE WHEN e.happened <= d.due AND e.recorded <= d.settles THEN 1 ELSE 0 END AS timely
    FROM fact_events AS e
    INNER JOIN duty_days AS d ON e.kind = d.kind AND e.day = d.day
    CROSS JOIN asked AS a
    WHERE CASE WHEN d.by_member = 1 THEN e.member_subject ELSE e.org_subject END IS NOT NULL
    UNION ALL
    SELECT
        b.slot,
        CAST(CASE WHEN s.by_member = 1 THEN t.member_subject ELSE t.org_subject END AS BIGINT) AS subject,
        'bound' AS part,
        1 AS is_state,
        t.kind,
        t.org,
        t.member,
        t.since,
        t.until,
        t.amount,
        t.ref,
        t.recorded,
        COALESCE(t.amount, 0) AS worth,
        0 AS item,
        CASE
            WHEN t.recorded > a.as_of THEN 'unknown'
            WHEN t.since <= s.last_day AND s.last_day < t.until THEN 'counts'
            ELSE 'not in force'
        END AS verdict,
        1 AS timely
    FROM fact_states AS t
    INNER JOIN bound_states AS b ON t.kind = b.kind
    INNER JOIN slots AS s ON b.slot = s.slot
    CROSS JOIN asked AS a
    WHERE
        CASE WHEN s.by_member = 1 THEN t.member_subject ELSE t.org_subject END IS NOT NULL
        AND t.since <= s.last_day AND s.first_day < t.until
),

-- of several facts on one day, or of one kind, one counts where days or kinds are counted
worths AS (
    SELECT
        slot,
        subject,
        part,
        timely,
        worth
    FROM considered
    WHERE verdict = 'counts' AND item = 0
    UNION ALL
    SELECT
        slot,
        subject,
        part,
        MAX(timely) AS timely,
        CAST(1 AS BIGINT) AS worth
    FROM considered
    WHERE verdict = 'counts' AND item > 0
    GROUP BY slot, subject, part, item
),

totals AS (
    SELECT
        slot,
        subject,
        CAST(SUM(CASE WHEN part = 'counted' THEN worth ELSE 0 END) AS BIGINT) AS counted,
        CAST(SUM(CASE WHEN part = 'counted' AND timely = 1 THEN worth ELSE 0 END) AS BIGINT) AS timely,
        CAST(SUM(CASE WHEN part = 'bound' THEN worth ELSE 0 END) AS BIGINT) AS bound
    FROM worths
    GROUP BY slot, subject
),

owed AS (
    SELECT
        s.slot,
        s.compare,
        s.bound,
        s.bound_from,
        s.no_rule,
        s.due,
        b.subject,
        b.org
    FROM slots AS s
    INNER JOIN belongings AS b ON s.roster = b.roster
    WHERE
        b.since <= s.last_day AND s.last_day < b.until
        AND b.first_from <= s.first_day AND s.first_day < b.first_until
),

measured AS (
    SELECT
        o.slot,
        o.subject,
        o.org,
        o.compare,
        o.bound_from,
        o.no_rule,
        o.due,
        CASE WHEN x.subject IS NULL THEN 0 ELSE 1 END AS exempt,
        CASE WHEN o.bound_from = 'value' THEN o.bound ELSE COALESCE(t.bound, 0) END AS required,
        COALESCE(t.counted, 0) AS actual,
        COALESCE(t.timely, 0) AS timely
    FROM owed AS o
    LEFT JOIN totals AS t ON o.slot = t.slot AND o.subject = t.subject
    LEFT JOIN exempt_slots AS x ON o.slot = x.slot AND o.subject = x.subject
),

findings AS (
    SELECT
        m.slot,
        m.subject,
        m.org,
        m.actual,
        CASE WHEN m.no_rule = 1 THEN CAST(NULL AS BIGINT) ELSE m.required END AS required,
        CASE
            WHEN m.exempt = 1 THEN 'exempt'
            WHEN m.no_rule = 1 THEN 'no rule'
            WHEN m.bound_from = 'events' AND m.due >= a.as_of THEN 'open'
            WHEN m.compare = 'at_most' AND m.actual > m.required THEN 'missed'
            WHEN m.compare = 'at_most' AND m.due < a.as_of THEN 'met'
            WHEN m.compare = 'at_most' THEN 'open'
            WHEN m.compare = 'exactly' AND m.actual > m.required THEN 'missed'
            WHEN m.compare = 'exactly' AND m.actual = m.required AND m.timely = m.required THEN 'met'
            WHEN m.compare = 'exactly' AND m.actual = m.required THEN 'late'
            WHEN m.compare = 'at_least' AND m.actual >= m.required AND m.timely >= m.required THEN 'met'
            WHEN m.compare = 'at_least' AND m.actual >= m.required THEN 'late'
            WHEN m.due >= a.as_of THEN 'open'
            ELSE 'missed'
        END AS status
    FROM measured AS m
    CROSS JOIN asked AS a
)

SELECT
    slot,
    subject,
    org,
    required,
    actual,
    status
FROM findings
