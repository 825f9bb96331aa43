"""Load the SQL statements of a module from the .sql file of its name."""

from __future__ import annotations

import re
from pathlib import Path


def statements(module: str) -> dict[str, str]:
    """Return the statements of a module's `.sql` file by name; `module` is its `__file__`.

    A line `-- name: <name>` begins each statement.
    """
    text = Path(module).with_suffix(".sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
