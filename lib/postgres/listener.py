"""Listen for notifications, on the one connection of a process that does."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import asyncpg
from tenacity import AsyncRetrying, before_sleep_log, retry_if_exception_type, wait_random_exponential

from lib.postgres.faults import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONNECT_SECONDS = 3.0
log = logging.getLogger("postgres")


class Listener:
    """A connection that listens; `alive` is set while it does."""

    def __init__(self, url: str, wakes: Mapping[str, Callable[[str], None]]) -> None:
        """Call what `wakes` has for a channel with each notification's payload, and with "" when listening begins."""
        self._url, self._wakes = url, wakes
        self.alive = asyncio.Event()

    async def run(self) -> None:
        """Listen for ever, on a new connection whenever one was lost."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(UNREACHABLE),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            before_sleep=before_sleep_log(log, logging.WARNING),
        )
        while True:
            await retrying(self._listen)

    async def _listen(self) -> None:
        connection: asyncpg.Connection = await asyncpg.connect(
            self._url, timeout=CONNECT_SECONDS, server_settings={"application_name": "debates listen"}
        )
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            for channel in self._wakes:
                await connection.add_listener(channel, self._heard)
            self.alive.set()
            for wake in self._wakes.values():
                wake("")
            await lost.wait()
        finally:
            self.alive.clear()
            connection.terminate()

    def _heard(self, _connection: object, _pid: object, channel: str, payload: object) -> None:
        self._wakes[channel](str(payload))
