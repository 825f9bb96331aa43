-- name: select
-- The columns of a Debate (lib/contract/debate.py), and what idempotency.py asks of a row.
SELECT
    id, status, model, created_at, started_at, ended_at, deleted_at, idempotency_hash,
    request #>> '{content,title}' AS title,
    CAST(request ->> 'rounds' AS integer) AS rounds,
    coalesce((SELECT max(seq) FROM debates.events WHERE debate_id = debates.id), 0) AS last_seq
FROM debates.debates

-- name: owned
WHERE id = CAST(:id AS uuid) AND issuer = :issuer AND user_id = :user_id AND deleted_at IS NULL

-- name: insert
INSERT INTO debates.debates (id, issuer, user_id, request, status, model, idempotency_key, idempotency_hash)
VALUES (CAST(:id AS uuid), :issuer, :user_id, CAST(:request AS jsonb), :status, :model, :key, :digest)
RETURNING created_at
