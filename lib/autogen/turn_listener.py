"""Follow a turn while a model speaks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.autogen.turn_clock import TurnClock
    from lib.contract.events import Usage


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One call of a tool and its `result`, which is JSON text; `ms` are the milliseconds that it took."""

    name: str
    arguments: dict[str, Any]
    result: str
    ms: int


class TurnListener(Protocol):
    """Takes a turn's text and tool uses as they come."""

    def add_text(self, delta: str) -> bool:
        """Take more of the turn's text. Returns whether `drain` must be awaited before there is more."""
        ...

    async def drain(self) -> None:
        """Wait until more text can be taken."""
        ...

    async def discard_text(self, reason: str, usage: Usage) -> None:
        """Discard the turn's text so far. `usage` is its cost, if no later result reports it."""
        ...

    async def add_tool_use(self, use: ToolUse) -> None:
        """Take a use of a tool, which `discard_text` does not undo."""
        ...


@dataclass(frozen=True, slots=True)
class ClockPausingListener(TurnListener):
    """Forwards to `listener` while the turn's clock is paused, as the listener's time is not the model's.

    `on_answer` is called for each text, empty ones included: the server answers.
    """

    listener: TurnListener
    clock: TurnClock
    on_answer: Callable[[], None]

    def add_text(self, delta: str) -> bool:
        """Forward the delta, if there is any; the clock keeps running."""
        self.on_answer()
        return bool(delta) and self.listener.add_text(delta)

    async def drain(self) -> None:
        """Drain with the clock paused."""
        with self.clock.paused():
            await self.listener.drain()

    async def discard_text(self, reason: str, usage: Usage) -> None:
        """Forward with the clock paused."""
        with self.clock.paused():
            await self.listener.discard_text(reason, usage)

    async def add_tool_use(self, use: ToolUse) -> None:
        """Forward with the clock paused."""
        with self.clock.paused():
            await self.listener.add_tool_use(use)


class SilentListener(TurnListener):
    """Shows a turn to no viewer."""

    def add_text(self, delta: str) -> bool:
        """Drop the delta; none is ever too many."""
        del delta
        return False

    async def drain(self) -> None:
        """Return at once."""

    async def discard_text(self, reason: str, usage: Usage) -> None:
        """Do nothing: no text was shown."""

    async def add_tool_use(self, use: ToolUse) -> None:
        """Drop the use."""
