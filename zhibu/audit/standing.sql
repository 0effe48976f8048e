-- standing: what is in force on the day asked, against a bound, or a ratio of two measures.
-- One row per duty and subject.
WITH
considered AS (
    SELECT
        k.duty,
        CAST(CASE WHEN s.by_member = 1 THEN t.member_subject ELSE t.org_subject END AS BIGINT) AS subject,
        k.part,
        k.measure,
        t.kind,
        t.org,
        t.member,
        t.since,
        t.until,
        t.amount,
        t.ref,
        t.recorded,
        n.ends AS lapses,
        CASE k.measure WHEN 'days' THEN t.since WHEN 'kinds' THEN t.kind ELSE 0 END AS item,
        CASE
            WHEN t.recorded > a.as_of THEN 'unknown'
            WHEN t.since > a.as_of THEN 'not begun'
            WHEN t.until <= a.as_of THEN 'ended'
            WHEN t.endless = 1 AND n.ends <= a.as_of THEN 'lapsed'
            ELSE 'counts'
        END AS verdict
    FROM fact_states AS t
    INNER JOIN standing_kinds AS k ON t.kind = k.kind
    INNER JOIN standings AS s ON k.duty = s.duty
    LEFT JOIN anniversaries AS n ON t.since = n.since AND k.years = n.years
    CROSS JOIN asked AS a
    WHERE CASE WHEN s.by_member = 1 THEN t.member_subject ELSE t.org_subject END IS NOT NULL
),

pieces AS (
    SELECT
        duty,
        subject,
        part,
        measure,
        item,
        COUNT(*) AS entries,
        SUM(COALESCE(amount, 0)) AS amount
    FROM considered
    WHERE verdict = 'counts'
    GROUP BY duty, subject, part, measure, item
),

measures AS (
    SELECT
        duty,
        subject,
        part,
        CASE measure WHEN 'count' THEN SUM(entries) WHEN 'sum' THEN SUM(amount) ELSE COUNT(*) END AS measured
    FROM pieces
    GROUP BY duty, subject, part, measure
),

totals AS (
    SELECT
        duty,
        subject,
        CAST(SUM(CASE WHEN part = 'counted' THEN measured ELSE 0 END) AS BIGINT) AS counted,
        CAST(SUM(CASE WHEN part = 'bound' THEN measured ELSE 0 END) AS BIGINT) AS bound,
        CAST(SUM(CASE WHEN part = 'numerator' THEN measured ELSE 0 END) AS BIGINT) AS numerator,
        CAST(SUM(CASE WHEN part = 'denominator' THEN measured ELSE 0 END) AS BIGINT) AS denominator
    FROM measures
    GROUP BY duty, subject
),

measured AS (
    SELECT
        s.duty,
        s.article,
        b.subject,
        b.org,
        s.compare,
        s.ratio,
        s.no_rule,
        CASE WHEN x.subject IS NULL THEN 0 ELSE 1 END AS exempt,
        CASE WHEN s.bound_from = 'value' THEN s.bound ELSE COALESCE(t.bound, 0) END AS required,
        COALESCE(t.counted, 0) AS counted,
        COALESCE(t.numerator, 0) AS numerator,
        COALESCE(t.denominator, 0) AS denominator
    FROM standings AS s
    INNER JOIN belongings AS b ON s.roster = b.roster
    CROSS JOIN asked AS a
    LEFT JOIN totals AS t ON s.duty = t.duty AND b.subject = t.subject
    LEFT JOIN exempt_today AS x ON s.duty = x.duty AND b.subject = x.subject
    WHERE
        b.since <= a.as_of AND a.as_of < b.until
        AND b.first_from <= a.as_of AND a.as_of < b.first_until
),

compared AS (
    SELECT
        duty,
        article,
        subject,
        org,
        compare,
        no_rule,
        exempt,
        required,
        CASE
            WHEN ratio = 0 THEN counted
            WHEN denominator = 0 OR no_rule = 1 THEN CAST(NULL AS BIGINT)
            ELSE CAST((numerator * 10000 - (numerator * 10000) % denominator) / denominator AS BIGINT)
        END AS actual,
        CASE WHEN ratio = 0 THEN counted ELSE numerator * 10000 END AS one_side,
        CASE WHEN ratio = 0 THEN required ELSE required * denominator END AS other_side,
        CASE WHEN ratio = 1 AND denominator = 0 THEN 1 ELSE 0 END AS undefined
    FROM measured
),

findings AS (
    SELECT
        c.duty,
        c.article,
        u.id AS subject_id,
        c.org,
        c.actual,
        a.as_of AS due,
        CASE WHEN c.no_rule = 1 THEN CAST(NULL AS BIGINT) ELSE c.required END AS required,
        CASE
            WHEN c.exempt = 1 THEN 'exempt'
            WHEN c.no_rule = 1 THEN 'no rule'
            WHEN c.undefined = 1 THEN 'missed'
            WHEN c.compare = 'at_least' AND c.one_side >= c.other_side THEN 'met'
            WHEN c.compare = 'at_most' AND c.one_side <= c.other_side THEN 'met'
            WHEN c.compare = 'exactly' AND c.one_side = c.other_side THEN 'met'
            ELSE 'missed'
        END AS status
    FROM compared AS c
    INNER JOIN subjects AS u ON c.subject = u.subject
    CROSS JOIN asked AS a
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
