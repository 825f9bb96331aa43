-- name: request
SELECT request FROM debates.debates WHERE id = CAST(:id AS uuid)

-- name: events
-- All but the deltas of turns, whose text stands whole in turn.completed.
SELECT debate_id, seq, type, at, data
FROM debates.events
WHERE debate_id = CAST(:id AS uuid) AND type <> :turn_delta
ORDER BY seq
