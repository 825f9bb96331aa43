-- name: numbers
-- `updated` is when a job was enqueued, or handed back.
SELECT count(*) FILTER (WHERE status = 'queued') AS queued,
    count(*) FILTER (WHERE status = 'picked') AS running,
    CAST(coalesce(extract(epoch FROM now() - min(updated) FILTER (WHERE status = 'queued')), 0) AS float8) AS oldest_seconds
FROM debates.pgqueuer
