-- name: taken
SELECT held.debate_id, held.epoch
FROM unnest(CAST(:debate_ids AS uuid[]), CAST(:epochs AS int[])) AS held (debate_id, epoch)
LEFT JOIN debates.debates ON debates.id = held.debate_id
WHERE debates.epoch IS DISTINCT FROM held.epoch
