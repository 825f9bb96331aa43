"""List the functions of the manifest."""

from __future__ import annotations

from lib import manifest
from scripts.local.tables.table import table

WHO = {"session": "a session", "none": "anybody"}


def functions() -> str:
    """Return a table with one row a function."""
    rows = [
        (
            name,
            f"{function.method} {function.path}" if function.path else f"event `{function.event}`",
            WHO[function.auth] if function.path else "-",
            function.summary,
        )
        for name, function in manifest.read().items()
    ]
    return table(("function", "route", "who may", "what it does"), rows)
