-- name: read
SELECT debate_id, seq, type, at, data
FROM debates.events
WHERE debate_id = CAST(:debate_id AS uuid) AND seq > :after
ORDER BY seq
LIMIT :most

-- name: news
-- The new events of all debates that are watched, each after its own cursor; a row without seq: it was deleted.
SELECT event.debate_id, event.seq, event.type, event.at, event.data
FROM unnest(CAST(:debate_ids AS uuid[]), CAST(:afters AS int[])) AS watched (debate_id, after)
CROSS JOIN LATERAL (
    SELECT debate_id, seq, type, at, data
    FROM debates.events
    WHERE events.debate_id = watched.debate_id AND events.seq > watched.after
    ORDER BY seq
    LIMIT :most
) AS event
UNION ALL
SELECT id, NULL, NULL, deleted_at, NULL
FROM debates.debates
WHERE id = ANY(CAST(:debate_ids AS uuid[])) AND deleted_at IS NOT NULL
ORDER BY debate_id, seq
