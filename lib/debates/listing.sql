-- name: page
WHERE issuer = :issuer AND user_id = :user_id AND deleted_at IS NULL
    AND (CAST(:status AS text) IS NULL OR status = :status)
    AND (created_at, id) < (CAST(:created_at AS timestamptz), CAST(:id AS uuid))
ORDER BY created_at DESC, id DESC
LIMIT :most
