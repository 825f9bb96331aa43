"""Make the tables of debates and of their queue."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the statements of both files one by one, as asyncpg wants them."""
    for file in ("0001_debates.sql", "0001_pgqueuer.sql"):
        text = (Path(__file__).parent / file).read_text("utf-8")
        for statement in re.split(r";\n\n(?=CREATE|COMMENT)", text):
            op.execute(statement)
