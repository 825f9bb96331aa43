"""Write a debater's turn into the log, as it is spoken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.autogen.turn_listener import TurnListener
from lib.contract.events import NOTHING, ToolCompleted, TurnDelta, TurnReset

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lib.autogen.turn_listener import ToolUse
    from lib.contract.events import Usage
    from lib.moderator.record import Record


@dataclass(frozen=True, slots=True)
class TurnWriter(TurnListener):
    """What one turn says; `begin` begins it anew."""

    turn: int
    minutes: Record
    begin: Callable[[], Awaitable[None]]

    def add_text(self, delta: str) -> bool:
        """Write the next words."""
        return self.minutes.put(TurnDelta(turn=self.turn, text=delta))

    async def drain(self) -> None:
        """Wait until PostgreSQL has them."""
        await self.minutes.pen.flush()

    async def discard_text(self, reason: str, usage: Usage) -> None:
        """Begin the turn anew, if it has begun for anybody."""
        if self.minutes.progress.shown or usage != NOTHING:
            await self.minutes.write(TurnReset(turn=self.turn, reason=reason, usage=usage))
            await self.begin()

    async def add_tool_use(self, use: ToolUse) -> None:
        """Write what a tool was asked, and what it said."""
        event = ToolCompleted(turn=self.turn, name=use.name, arguments=use.arguments, result=use.result, ms=use.ms)
        await self.minutes.write(event)
