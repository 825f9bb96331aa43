-- name: claim
-- Take a debate that has not ended: from now on only this epoch may write its events.
UPDATE debates.debates
SET epoch = epoch + 1, model = :model
WHERE id = CAST(:id AS uuid) AND ended_at IS NULL
RETURNING epoch, request, CAST(extract(epoch FROM now() - coalesce(started_at, now())) AS float8) AS seconds,
    -- Whoever had it may be waiting for a model, and hear of it in no other way.
    CASE WHEN epoch > 1 THEN pg_notify(:signals, '') END
