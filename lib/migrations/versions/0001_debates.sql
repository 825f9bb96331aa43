CREATE TABLE debates.debates (
    id uuid PRIMARY KEY,
    issuer text NOT NULL,
    user_id text NOT NULL,
    request jsonb NOT NULL,
    model text NOT NULL,
    status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    epoch integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    ended_at timestamptz
);

COMMENT ON COLUMN debates.debates.user_id IS 'Clerk''s id: text, case-sensitive, unique within its issuer';

COMMENT ON COLUMN debates.debates.epoch IS 'Raised by each worker that takes the debate; only the newest may write events';

CREATE INDEX debates_by_owner ON debates.debates (issuer, user_id, created_at DESC, id DESC);

CREATE TABLE debates.events (
    debate_id uuid NOT NULL REFERENCES debates.debates (id) ON DELETE CASCADE,
    seq integer NOT NULL CHECK (seq >= 1),
    type text NOT NULL,
    data json NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (debate_id, seq)
);

COMMENT ON COLUMN debates.events.data IS 'json, not jsonb: what is read is byte for byte what was written';

CREATE UNIQUE INDEX events_end_once ON debates.events (debate_id)
    WHERE type IN ('debate.completed', 'debate.failed', 'debate.cancelled')
