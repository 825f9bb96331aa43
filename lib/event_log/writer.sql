-- name: append
-- Appends events of many debates at once. A debate's row is locked, so that a new owner of its epoch either waits for
-- the events or has them refused; the row's status and usage are brought up to date; readers are notified once.
-- Returns the debates and epochs whose events are in the log.
WITH input AS (
    SELECT *
    FROM unnest(
        CAST(:debate_ids AS uuid[]), CAST(:epochs AS int[]), CAST(:seqs AS int[]),
        CAST(:types AS text[]), CAST(:datas AS text[])
    ) AS event (debate_id, epoch, seq, type, data)
), locked AS MATERIALIZED (
    SELECT id, epoch, ended_at
    FROM debates.debates
    WHERE id = ANY (CAST(:debate_ids AS uuid[]))
    ORDER BY id
    FOR SHARE
), accepted AS (
    SELECT input.*
    FROM input
    JOIN locked ON locked.id = input.debate_id AND locked.epoch = input.epoch AND locked.ended_at IS NULL
), written AS (
    INSERT INTO debates.events (debate_id, seq, type, data)
    SELECT debate_id, seq, type, CAST(data AS json) FROM accepted ORDER BY debate_id, seq
    -- The same events again: an earlier run of the statement was committed, but its answer was lost.
    ON CONFLICT (debate_id, seq) DO NOTHING
    RETURNING debate_id, CASE WHEN type = ANY (CAST(:with_usage AS text[])) THEN data -> 'usage' END AS usage
), used AS (
    -- Only of rows written by this run of the statement, so that a repeated statement counts nothing twice.
    SELECT debate_id,
        sum(CAST(usage ->> 'input_tokens' AS bigint)) AS input_tokens,
        sum(CAST(usage ->> 'output_tokens' AS bigint)) AS output_tokens
    FROM written
    WHERE usage IS NOT NULL
    GROUP BY debate_id
), changed AS (
    SELECT debate_id,
        bool_or(type = :started) AS started,
        min(type) FILTER (WHERE type = ANY (CAST(:terminal AS text[]))) AS ended
    FROM accepted
    WHERE type = :started OR type = ANY (CAST(:terminal AS text[]))
    GROUP BY debate_id
), projected AS (
    UPDATE debates.debates
    SET status = coalesce(split_part(ended, '.', 2), CASE WHEN started THEN 'running' END, status),
        started_at = CASE WHEN started OR ended IS NOT NULL THEN coalesce(started_at, now()) ELSE started_at END,
        ended_at = CASE WHEN ended IS NOT NULL THEN now() END,
        input_tokens = debates.input_tokens + coalesce(used.input_tokens, 0),
        output_tokens = debates.output_tokens + coalesce(used.output_tokens, 0)
    FROM changed FULL JOIN used USING (debate_id)
    WHERE id = debate_id
), woken AS MATERIALIZED (
    SELECT pg_notify(:events, '')
)
SELECT DISTINCT debate_id, epoch FROM accepted, woken
