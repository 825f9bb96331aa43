"""Take values out of JSON whose types no server can be trusted with."""

from __future__ import annotations

from typing import cast


def table(value: object) -> dict[str, object]:
    """Return an object as it is, and anything else as an empty one."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """Return a list as it is, and anything else as an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a string as it is, and anything else as an empty one."""
    return value if isinstance(value, str) else ""
