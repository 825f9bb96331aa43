"""Listen for notifications, on the one connection of a process that does."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import asyncpg
from tenacity import AsyncRetrying, before_sleep_log, retry_if_exception_type, wait_random_exponential

from lib.postgres.faults import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_SECONDS = 3.0
APPLICATION = {"application_name": "debates"}

log = logging.getLogger("postgres")


class Listener:
    """A connection that listens; `alive` is set while it does."""

    def __init__(self, url: str, channel: str, wake: Callable[[], None]) -> None:
        """Call `wake` when listening begins, and at each notification."""
        self._url, self._channel, self._wake = url, channel, wake
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
            self._url, timeout=CONNECT_SECONDS, server_settings=APPLICATION
        )
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(self._channel, self._heard)
            self.alive.set()
            self._wake()
            await lost.wait()
        finally:
            self.alive.clear()
            connection.terminate()

    def _heard(self, *_: object) -> None:
        self._wake()
