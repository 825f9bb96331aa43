-- name: owned
SELECT
    id, status, model, created_at, started_at, ended_at,
    request #>> '{content,title}' AS title,
    CAST(request ->> 'rounds' AS integer) AS rounds,
    coalesce((SELECT max(seq) FROM debates.events WHERE debate_id = debates.id), 0) AS last_seq
FROM debates.debates
WHERE id = CAST(:id AS uuid) AND issuer = :issuer AND user_id = :user_id AND deleted_at IS NULL

-- name: begun
-- What this key of the user began within a day, also where it was deleted since.
SELECT
    id, status, model, created_at, started_at, ended_at, deleted_at, idempotency_hash,
    request #>> '{content,title}' AS title,
    CAST(request ->> 'rounds' AS integer) AS rounds,
    coalesce((SELECT max(seq) FROM debates.events WHERE debate_id = debates.id), 0) AS last_seq
FROM debates.debates
WHERE issuer = :issuer AND user_id = :user_id AND idempotency_key = :key AND created_at > now() - interval '24 hours'

-- name: free
-- Let go of a key that is older than a day.
UPDATE debates.debates
SET idempotency_key = NULL
WHERE issuer = :issuer AND user_id = :user_id AND idempotency_key = :key

-- name: open
INSERT INTO debates.debates (id, issuer, user_id, request, model, idempotency_key, idempotency_hash)
VALUES (CAST(:id AS uuid), :issuer, :user_id, CAST(:request AS jsonb), :model, :key, :digest)
RETURNING
    id, status, model, created_at, started_at, ended_at,
    request #>> '{content,title}' AS title,
    CAST(request ->> 'rounds' AS integer) AS rounds,
    1 AS last_seq
