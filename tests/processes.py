"""Wait for processes of the machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PATIENCE_SECONDS = 30


def once(true: Callable[[], bool]) -> bool:
    """Say whether this becomes true, within a time that a slow machine needs."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (now := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return now


def gone(pids: Iterable[int]) -> bool:
    """Say whether none of these processes runs any more."""
    return not [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]
