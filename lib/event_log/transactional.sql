-- name: append_first
WITH written AS (
    INSERT INTO debates.events (debate_id, seq, type, data)
    VALUES (CAST(:debate_id AS uuid), 1, :type, CAST(:data AS json))
)
SELECT pg_notify(:events, '')

-- name: take_epoch
-- Waits for the flush that is under way, after which the former owner's events are refused.
UPDATE debates.debates
SET epoch = epoch + 1
WHERE id = CAST(:debate_id AS uuid) AND ended_at IS NULL
RETURNING id

-- name: append_terminal
-- A statement of its own: only one that begins after `take_epoch` sees the events that `take_epoch` waited for.
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
SELECT pg_notify(:events, ''), pg_notify(:signals, '')
