-- name: heartbeat
-- As pgqueuer's, but only for the jobs of one queue manager ($2); so are the statements below.
UPDATE debates.pgqueuer
SET heartbeat = now()
WHERE id = ANY ($1::bigint[]) AND queue_manager_id = $2

-- name: retry
WITH retried AS (
    UPDATE debates.pgqueuer
    SET status = 'queued', execute_after = now() + $3::interval, attempts = attempts + 1, updated = now(),
        queue_manager_id = NULL
    WHERE id = $1 AND queue_manager_id = $2
    RETURNING id, entrypoint, priority
)
INSERT INTO debates.pgqueuer_log (job_id, status, entrypoint, priority, traceback)
SELECT id, 'queued', entrypoint, priority, $4::jsonb FROM retried

-- name: finish
-- Deletes jobs that ended well, holds those that failed, and hands back those that were cancelled.
WITH outcome AS (
    SELECT * FROM unnest($1::bigint[], $3::debates.pgqueuer_status[], $4::jsonb[]) AS job (id, status, traceback)
), deleted AS (
    DELETE FROM debates.pgqueuer AS job
    USING outcome
    WHERE job.id = outcome.id AND outcome.status NOT IN ('failed', 'canceled') AND job.queue_manager_id = $2
    RETURNING job.id, job.entrypoint, job.priority
), kept AS (
    UPDATE debates.pgqueuer AS job
    SET status = CASE outcome.status WHEN 'failed' THEN outcome.status ELSE 'queued' END,
        updated = now(), queue_manager_id = NULL
    FROM outcome
    WHERE job.id = outcome.id AND outcome.status IN ('failed', 'canceled') AND job.queue_manager_id = $2
    RETURNING job.id, job.entrypoint, job.priority
), ended AS (
    SELECT * FROM deleted UNION ALL SELECT * FROM kept
)
INSERT INTO debates.pgqueuer_log (job_id, status, entrypoint, priority, traceback)
SELECT id, outcome.status, entrypoint, priority, outcome.traceback FROM ended JOIN outcome USING (id)
