-- name: begin
-- The first event of a debate, in the transaction that makes its row.
WITH written AS (
    INSERT INTO debates.events (debate_id, seq, type, data)
    VALUES (CAST(:debate_id AS uuid), 1, :type, CAST(:data AS json))
)
SELECT pg_notify('debates', '')

-- name: take
-- Waits for the flush that is under way, and lets its owner write no more.
UPDATE debates.debates
SET epoch = epoch + 1
WHERE id = CAST(:debate_id AS uuid) AND ended_at IS NULL
RETURNING id

-- name: end
-- A statement of its own: only one that begins after `take` sees the last event of the flush that `take` waited for.
WITH written AS (
    INSERT INTO debates.events (debate_id, seq, type, data)
    SELECT CAST(:debate_id AS uuid), coalesce(max(seq), 0) + 1, :type, CAST(:data AS json)
    FROM debates.events
    WHERE debate_id = CAST(:debate_id AS uuid)
), projected AS (
    UPDATE debates.debates
    SET status = split_part(:type, '.', 2), ended_at = now()
    WHERE id = CAST(:debate_id AS uuid)
)
SELECT pg_notify('debates', ''), pg_notify('debates_taken', '')

-- name: read
SELECT debate_id, seq, type, at, data
FROM debates.events
WHERE debate_id = CAST(:debate_id AS uuid) AND seq > :after
ORDER BY seq
LIMIT :most

-- name: news
-- What is new in all debates that are watched, each from its own place; no place where the debate was deleted.
SELECT event.debate_id, event.seq, event.type, event.at, event.data
FROM unnest(CAST(:debate_ids AS uuid[]), CAST(:afters AS int[])) AS watched (debate_id, after)
CROSS JOIN LATERAL (
    SELECT debate_id, seq, type, at, data
    FROM debates.events
    WHERE events.debate_id = watched.debate_id AND events.seq > watched.after
    ORDER BY seq
    LIMIT :most
) AS event
UNION ALL
SELECT id, NULL, NULL, deleted_at, NULL
FROM debates.debates
WHERE id = ANY(CAST(:debate_ids AS uuid[])) AND deleted_at IS NOT NULL
ORDER BY debate_id, seq
