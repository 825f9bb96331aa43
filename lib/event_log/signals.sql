-- name: wished
-- What others want of those who hold a debate: to stop, as their epoch was taken, or to hear a remark.
SELECT held.debate_id, held.epoch, debates.epoch IS DISTINCT FROM held.epoch AS taken, wish.steers
FROM unnest(CAST(:debate_ids AS uuid[]), CAST(:epochs AS int[]), CAST(:steers AS int[])) AS held (debate_id, epoch, steers)
LEFT JOIN debates.debates ON debates.id = held.debate_id
CROSS JOIN LATERAL (
    SELECT coalesce(max(steer), 0) AS steers FROM debates.steers WHERE debate_id = held.debate_id
) AS wish
WHERE debates.epoch IS DISTINCT FROM held.epoch OR wish.steers > held.steers
