-- name: begin
-- The first event of a debate, in the transaction that makes its row.
WITH written AS (
    INSERT INTO debates.events (debate_id, seq, type, data)
    VALUES (CAST(:debate_id AS uuid), 1, :type, CAST(:data AS json))
)
SELECT pg_notify('debates', '')

-- name: read
SELECT debate_id, seq, type, at, data
FROM debates.events
WHERE debate_id = CAST(:debate_id AS uuid) AND seq > :after
ORDER BY seq
LIMIT :most

-- name: news
-- What is new in all debates that are watched, each from its own place.
SELECT event.debate_id, event.seq, event.type, event.at, event.data
FROM unnest(CAST(:debate_ids AS uuid[]), CAST(:afters AS int[])) AS watched (debate_id, after)
CROSS JOIN LATERAL (
    SELECT debate_id, seq, type, at, data
    FROM debates.events
    WHERE events.debate_id = watched.debate_id AND events.seq > watched.after
    ORDER BY seq
    LIMIT :most
) AS event
ORDER BY event.debate_id, event.seq
