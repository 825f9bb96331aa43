"""Abort connections to clients that have stopped reading."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

STALL_SECONDS = 10.0
"""A write buffer that has not shrunk for so long ends its connection; the client may reconnect and resume."""


class SlowClientGuard(asyncio.Protocol):
    """Mixin, placed before a uvicorn protocol: while writing is paused, abort a connection that makes no progress.

    No progress means that the transport's write buffer has not shrunk in STALL_SECONDS.
    """

    transport: Transport
    _stall_timer: TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_stall_timer()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._start_stall_timer()

    def resume_writing(self) -> None:
        self._cancel_stall_timer()
        super().resume_writing()

    def _start_stall_timer(self) -> None:
        size = self.transport.get_write_buffer_size()
        self._stall_timer = asyncio.get_running_loop().call_later(STALL_SECONDS, self._check_progress, size)

    def _cancel_stall_timer(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None

    def _check_progress(self, size_before: int) -> None:
        if self.transport.get_write_buffer_size() < size_before:
            self._start_stall_timer()
        else:
            self.transport.abort()
