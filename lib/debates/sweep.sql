-- name: overdue
SELECT id
FROM debates.debates
WHERE ended_at IS NULL
    AND started_at + make_interval(secs => :seconds + :round_seconds * CAST(request ->> 'rounds' AS int)) < now()

-- name: lost
-- A job that pgqueuer holds as failed never runs. The statuses are pgqueuer's own, and the condition is that of its
-- unique index, which a parameter would keep PostgreSQL from using.
SELECT id
FROM debates.debates
WHERE ended_at IS NULL
    AND NOT EXISTS (
        SELECT FROM debates.pgqueuer
        WHERE dedupe_key = :event || ':' || debates.id AND status IN ('queued', 'picked')
    )
