"""Measure the time that a model takes for one turn."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator


class TurnClock:
    """The seconds `left` of a turn, over all its attempts; they pass only inside `running`."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self._limit = asyncio.timeout(None)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Let time pass. Raises TimeoutError once none is left."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.left
        self._limit = asyncio.timeout_at(end)
        try:
            async with self._limit:
                yield
        finally:
            self.left = max(0.0, (self._limit.when() or end) - loop.time())

    @contextlib.contextmanager
    def paused(self) -> Generator[None]:
        """Let no time pass, inside `running`, while something else than the model is waited for."""
        loop = asyncio.get_running_loop()
        left = (self._limit.when() or loop.time()) - loop.time()
        self._limit.reschedule(None)
        try:
            yield
        finally:
            self._limit.reschedule(loop.time() + left)
