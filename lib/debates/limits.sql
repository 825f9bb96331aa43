-- name: lock
-- One start of an owner at a time over all processes, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('debates.starts ' || :issuer || ' ' || :user_id, 0))

-- name: reached
-- The number of an owner's live debates, and for each limit that is reached the seconds until it no longer is: a window
-- of N starts has room again when the Nth newest start leaves it, and one of N tokens when so many debates have left it
-- that the rest used less.
WITH used AS (
    SELECT created_at,
        row_number() OVER newest AS place,
        sum(input_tokens + output_tokens) OVER newest AS tokens
    FROM debates.debates
    WHERE issuer = :issuer AND user_id = :user_id AND created_at > now() - interval '1 day'
    WINDOW newest AS (ORDER BY created_at DESC, id ROWS UNBOUNDED PRECEDING)
), live AS (
    SELECT count(*) AS debates
    FROM debates.debates
    WHERE issuer = :issuer AND user_id = :user_id AND ended_at IS NULL
)
SELECT
    live.debates AS live,
    (
        SELECT CAST(extract(epoch FROM created_at + interval '1 minute' - now()) AS float8)
        FROM used WHERE place = CAST(:starts_per_minute AS bigint) AND created_at > now() - interval '1 minute'
    ) AS starts_per_minute,
    (
        SELECT CAST(extract(epoch FROM created_at + interval '1 day' - now()) AS float8)
        FROM used WHERE place = CAST(:starts_per_day AS bigint)
    ) AS starts_per_day,
    (
        SELECT CAST(extract(epoch FROM max(created_at) + interval '1 day' - now()) AS float8)
        FROM used WHERE tokens >= CAST(:tokens_per_day AS bigint)
    ) AS tokens_per_day
FROM live
