"""Tell whoever follows a turn how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.autogen.turn_clock import TurnClock
    from lib.contract.events import Usage


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a tool; `result` is JSON text."""

    name: str
    arguments: dict[str, Any]
    result: str
    ms: int


class TurnListener(Protocol):
    """Follows a turn."""

    def say(self, text: str) -> bool:
        """Hear the next words, and say whether `drain` must be awaited before there are more."""
        ...

    async def drain(self) -> None:
        """Wait until more can be heard."""
        ...

    async def take_back(self, reason: str, usage: Usage) -> None:
        """Hear that nothing of the turn so far counts, and what it cost where no result of the turn will say so."""
        ...

    async def use(self, use: Use) -> None:
        """Hear what a tool was asked, and what it said."""
        ...


@dataclass(frozen=True, slots=True)
class Timed(TurnListener):
    """Tells another, while the clock of the turn stands: what that one does with it is not the model's doing."""

    listener: TurnListener
    clock: TurnClock
    heard: Callable[[], None]

    def say(self, text: str) -> bool:
        """Tell that the model is heard, and what it says."""
        self.heard()
        return bool(text) and self.listener.say(text)

    async def drain(self) -> None:
        """Wait for the other."""
        with self.clock.standing():
            await self.listener.drain()

    async def take_back(self, reason: str, usage: Usage) -> None:
        """Tell it."""
        with self.clock.standing():
            await self.listener.take_back(reason, usage)

    async def use(self, use: Use) -> None:
        """Tell it."""
        with self.clock.standing():
            await self.listener.use(use)


class Nobody(TurnListener):
    """Follows what nobody is to hear."""

    def say(self, text: str) -> bool:
        """Drop the words."""
        del text
        return False

    async def drain(self) -> None:
        """Have no limit."""

    async def take_back(self, reason: str, usage: Usage) -> None:
        """Have nothing to take back."""

    async def use(self, use: Use) -> None:
        """Drop it."""
