"""Read the memory of a process."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


def kibibytes(pid: int, kind: Literal["Rss", "Anonymous"]) -> int:
    """Return the resident memory of a process in KiB, or the anonymous part of it (proc(5), smaps_rollup)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
