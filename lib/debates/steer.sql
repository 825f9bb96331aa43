-- name: lock
-- Waits for the flush that is under way: only a statement that begins after this sees whether the judge has begun.
SELECT FROM debates.debates WHERE id = CAST(:debate_id AS uuid) FOR UPDATE

-- name: standing
SELECT
    ended_at IS NOT NULL OR EXISTS (
        SELECT FROM debates.events
        WHERE debate_id = debates.id AND type = 'turn.started' AND data ->> 'role' = 'judge'
    ) AS closed,
    (SELECT count(*) FROM debates.steers WHERE debate_id = debates.id) AS steers
FROM debates.debates
WHERE id = CAST(:debate_id AS uuid) AND deleted_at IS NULL

-- name: leave
WITH left_here AS (
    INSERT INTO debates.steers (debate_id, steer, text)
    SELECT CAST(:debate_id AS uuid), coalesce(max(steer), 0) + 1, CAST(:text AS text)
    FROM debates.steers
    WHERE debate_id = CAST(:debate_id AS uuid)
)
SELECT pg_notify(:signals, '')

-- name: left
SELECT steer, text
FROM debates.steers
WHERE debate_id = CAST(:debate_id AS uuid) AND steer > :after
ORDER BY steer
