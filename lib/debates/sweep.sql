-- name: overdue
SELECT id
FROM debates.debates
WHERE ended_at IS NULL
    AND started_at + make_interval(secs => :seconds + :round_seconds * CAST(request ->> 'rounds' AS int)) < now()

-- name: lost
-- A job that pgqueuer holds as failed is as good as none.
SELECT id
FROM debates.debates
WHERE ended_at IS NULL
    AND NOT EXISTS (
        SELECT FROM debates.pgqueuer
        WHERE dedupe_key = :event || ':' || debates.id AND status IN ('queued', 'picked')
    )
