-- name: by_key
-- Also a debate that was deleted since: its key may not start another one within the day.
WHERE issuer = :issuer AND user_id = :user_id AND idempotency_key = :key AND created_at > now() - interval '24 hours'

-- name: release
UPDATE debates.debates
SET idempotency_key = NULL
WHERE issuer = :issuer AND user_id = :user_id AND idempotency_key = :key
