-- name: request
SELECT request FROM debates.debates WHERE id = CAST(:id AS uuid)

-- name: events
-- All but the pieces of turns, which the whole turns replace.
SELECT debate_id, seq, type, at, data
FROM debates.events
WHERE debate_id = CAST(:id AS uuid) AND type <> 'turn.delta'
ORDER BY seq
