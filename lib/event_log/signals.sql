-- name: signals
-- The debates, of those that this process runs, whose epoch another owner has taken or whose user has steered since.
SELECT held.debate_id, held.epoch, debates.epoch IS DISTINCT FROM held.epoch AS taken, steered.steers
FROM unnest(CAST(:debate_ids AS uuid[]), CAST(:epochs AS int[]), CAST(:steers AS int[])) AS held (debate_id, epoch, steers)
LEFT JOIN debates.debates ON debates.id = held.debate_id
CROSS JOIN LATERAL (
    SELECT coalesce(max(steer), 0) AS steers FROM debates.steers WHERE debate_id = held.debate_id
) AS steered
WHERE debates.epoch IS DISTINCT FROM held.epoch OR steered.steers > held.steers
