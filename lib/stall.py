"""Let go of a client that takes nothing of what it is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

STALL_SECONDS = 10.0
"""A client that takes nothing for so long is let go: it holds a write buffer, and may come again."""


class Stall:
    """Looks, while a connection has bytes to write, whether they become fewer."""

    _timer: TimerHandle | None = None

    def __init__(self, transport: Transport) -> None:
        """Watch nothing yet."""
        self._transport = transport

    def watch(self) -> None:
        """Abort the connection as soon as nothing was taken for a while."""
        before = self._transport.get_write_buffer_size()
        self._timer = asyncio.get_running_loop().call_later(STALL_SECONDS, self._look, before)

    def forget(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, before: int) -> None:
        if self._transport.get_write_buffer_size() < before:
            self.watch()
        else:
            self._transport.abort()
