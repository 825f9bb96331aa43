"""Keep what the user says during a debate until its worker hears it."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.execute(
        "CREATE TABLE debates.steers ("
        " debate_id uuid NOT NULL REFERENCES debates.debates (id),"
        " steer integer NOT NULL CHECK (steer >= 1),"
        " text text NOT NULL,"
        " at timestamptz NOT NULL DEFAULT now(),"
        " PRIMARY KEY (debate_id, steer))"
    )
    op.execute("COMMENT ON TABLE debates.steers IS 'Wishes: the owner of the epoch turns them into events'")
