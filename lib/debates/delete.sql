-- name: expired
SELECT id
FROM debates.debates
WHERE ended_at < now() - make_interval(days => CAST(:days AS int)) AND deleted_at IS NULL
ORDER BY ended_at
LIMIT :most

-- name: erase
-- The row stays, so that limits still count it; the notification ends the streams of whoever is reading.
WITH erased AS (
    UPDATE debates.debates
    SET request = NULL, deleted_at = now(), compacted_at = now()
    WHERE id = ANY(CAST(:ids AS uuid[])) AND ended_at IS NOT NULL AND deleted_at IS NULL
    RETURNING id
), gone AS (
    DELETE FROM debates.events USING erased WHERE events.debate_id = erased.id
), unsaid AS (
    DELETE FROM debates.steers USING erased WHERE steers.debate_id = erased.id
)
SELECT id, pg_notify(:events, '') FROM erased

-- name: compact
-- What a turn said stands whole in its end.
WITH old AS (
    SELECT id
    FROM debates.debates
    WHERE ended_at < now() - make_interval(hours => CAST(:hours AS int)) AND compacted_at IS NULL
    ORDER BY ended_at
    LIMIT :most
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM debates.events USING old WHERE events.debate_id = old.id AND events.type = 'turn.delta'
)
UPDATE debates.debates SET compacted_at = now() FROM old WHERE debates.id = old.id RETURNING debates.id
