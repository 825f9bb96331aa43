"""Find the debates that have not ended without reading those that have."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Index the few that are live."""
    op.execute("CREATE INDEX debates_live ON debates.debates (id) WHERE ended_at IS NULL")
