"""See how much memory a process holds."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


def kibibytes(pid: int, kind: Literal["Rss", "Anonymous"]) -> int:
    """Return what is resident, or what of it no file backs (proc(5), smaps_rollup)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
