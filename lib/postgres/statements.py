"""Read named SQL statements from the .sql file beside a module."""

from __future__ import annotations

import re
from pathlib import Path


def statements(module: str) -> dict[str, str]:
    """Return the statements of the `.sql` file beside a module (`__file__`), by the `-- name: <name>` above each."""
    text = Path(module).with_suffix(".sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
