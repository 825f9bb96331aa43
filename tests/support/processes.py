"""Wait for what other processes do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_SECONDS = 30


def once(true: Callable[[], bool]) -> bool:
    """Poll until `true` returns True, at most PATIENCE_SECONDS; return its last answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (now := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return now
