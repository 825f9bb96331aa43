-- name: claim
-- From now on only the returned epoch may append events.
UPDATE debates.debates
SET epoch = epoch + 1, model = :model
WHERE id = CAST(:id AS uuid) AND ended_at IS NULL
RETURNING epoch, request, CAST(extract(epoch FROM now() - coalesce(started_at, now())) AS float8) AS seconds,
    -- A worker with an earlier epoch that waits for its model learns of it by SignalWatcher only.
    CASE WHEN epoch > 1 THEN pg_notify(:signals, '') END
