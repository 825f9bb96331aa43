"""Describe a process: its functions and the state of its resources."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one resource: `ms` is how long the check took, `reason` why it is not ok, `numbers` its gauges."""

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
        """The same as JSON, encoded once."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()
