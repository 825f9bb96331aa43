"""Let a debate know its idempotency key, what it used, and that it was erased."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the statements one by one, as asyncpg wants them."""
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split(";\n"):
        op.execute(statement)
