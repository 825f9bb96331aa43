"""Tell whoever follows a turn how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.autogen.clock import Clock
    from lib.contract.events import Usage


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a tool; `result` is JSON text."""

    name: str
    arguments: dict[str, Any]
    result: str
    ms: int


class Listener(Protocol):
    """Follows a turn."""

    async def say(self, text: str) -> None:
        """Hear the next words."""
        ...

    async def take_back(self, reason: str, usage: Usage) -> None:
        """Hear that nothing of the turn so far counts, and what it cost where no result of the turn will say so."""
        ...

    async def use(self, use: Use) -> None:
        """Hear what a tool was asked, and what it said."""
        ...


@dataclass(frozen=True, slots=True)
class Timed(Listener):
    """Tells another, while the clock of the turn stands: what that one does with it is not the model's doing."""

    listener: Listener
    clock: Clock
    heard: Callable[[], None]

    async def say(self, text: str) -> None:
        """Tell that the model is heard, and what it says."""
        self.heard()
        if text:
            with self.clock.standing():
                await self.listener.say(text)

    async def take_back(self, reason: str, usage: Usage) -> None:
        """Tell it."""
        with self.clock.standing():
            await self.listener.take_back(reason, usage)

    async def use(self, use: Use) -> None:
        """Tell it."""
        with self.clock.standing():
            await self.listener.use(use)


class Nobody(Listener):
    """Follows what nobody is to hear."""

    async def say(self, text: str) -> None:
        """Drop the words."""

    async def take_back(self, reason: str, usage: Usage) -> None:
        """Have nothing to take back."""

    async def use(self, use: Use) -> None:
        """Drop it."""
