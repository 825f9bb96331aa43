"""Let go of a client that takes nothing of what it is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from asyncio import BaseTransport, TimerHandle, Transport

STALL_SECONDS = 10.0
"""A client that takes nothing for so long is let go: it holds a write buffer, and may come again."""


class SlowClientGuard(asyncio.Protocol):
    """Goes before a protocol that writes: looks, while there are bytes to write, whether they become fewer."""

    _line: Transport
    _stall: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Watch nothing yet."""
        self._line = cast("Transport", transport)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timer."""
        self._forget_stall()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Hold the application, as the client does not read as fast as this writes; see whether it reads at all."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """Let the application write again."""
        self._forget_stall()
        super().resume_writing()

    def _watch(self) -> None:
        before = self._line.get_write_buffer_size()
        self._stall = asyncio.get_running_loop().call_later(STALL_SECONDS, self._look, before)

    def _forget_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _look(self, before: int) -> None:
        if self._line.get_write_buffer_size() < before:
            self._watch()
        else:
            self._line.abort()
