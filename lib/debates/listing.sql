-- name: page
SELECT
    id, status, model, created_at, started_at, ended_at,
    request #>> '{content,title}' AS title,
    CAST(request ->> 'rounds' AS integer) AS rounds,
    coalesce((SELECT max(seq) FROM debates.events WHERE debate_id = debates.id), 0) AS last_seq
FROM debates.debates
WHERE issuer = :issuer AND user_id = :user_id AND deleted_at IS NULL
    AND (CAST(:status AS text) IS NULL OR status = :status)
    AND (created_at, id) < (CAST(:created_at AS timestamptz), CAST(:id AS uuid))
ORDER BY created_at DESC, id DESC
LIMIT :most
