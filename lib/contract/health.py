"""Say what a process serves and how its resources are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """One resource: `ms` is the time that looking took, `reason` why it is not ok, `numbers` what it counts."""

    ok: bool
    ms: int
    reason: str | None
    numbers: dict[str, float] | None = None


@dataclass(frozen=True)
class Health:
    """A process: its functions and a check for each resource they use."""

    status: Literal["ok", "down"]
    version: str
    functions: tuple[str, ...]
    checks: dict[str, Check]

    @cached_property
    def json(self) -> bytes:
        """The same as JSON, encoded once for all who ask."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()
