ALTER TABLE debates.debates
    ALTER COLUMN request DROP NOT NULL,
    ADD COLUMN idempotency_key text,
    ADD COLUMN idempotency_hash text,
    ADD COLUMN input_tokens bigint NOT NULL DEFAULT 0,
    ADD COLUMN output_tokens bigint NOT NULL DEFAULT 0,
    ADD COLUMN deleted_at timestamptz,
    ADD COLUMN compacted_at timestamptz;

COMMENT ON COLUMN debates.debates.request IS 'Null once the debate was deleted: its row stays, so that limits still count it';

COMMENT ON COLUMN debates.debates.input_tokens IS 'Of all attempts of all turns, as their events say';

CREATE UNIQUE INDEX debates_by_idempotency_key ON debates.debates (issuer, user_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

CREATE INDEX debates_live_by_owner ON debates.debates (issuer, user_id) WHERE ended_at IS NULL;

CREATE INDEX debates_to_compact ON debates.debates (ended_at) WHERE compacted_at IS NULL;

CREATE INDEX debates_by_end ON debates.debates (ended_at)
