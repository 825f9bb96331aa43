"""Listen for notifications, on the one connection of a process that does, and read there what they are about."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import asyncpg
from tenacity import AsyncRetrying, before_sleep_log, retry_if_exception_type, wait_random_exponential

from lib.contract.problems import Unavailable
from lib.postgres.connection import Connection
from lib.postgres.faults import UNREACHABLE, reachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lib.postgres.connection import Record

CONNECT_SECONDS = COMMAND_SECONDS = 3.0
log = logging.getLogger("postgres")


class Listener:
    """A connection that listens; `alive` is set while it does."""

    def __init__(self, url: str, wakes: Mapping[str, Callable[[str], None]]) -> None:
        """Call what `wakes` has for a channel with each notification's payload, and with "" when listening begins."""
        self._url, self._wakes = url, wakes
        self.alive = asyncio.Event()
        self._connection: asyncpg.Connection

    async def fetch_all(self, query: str, **values: object) -> list[Record]:
        """Return the rows, one statement at a time. Raises Unavailable, and then listens on a new connection.

        That takes half of what a connection of the pool does, and finds out when this one has died without a word.
        """
        if not self.alive.is_set():
            raise Unavailable("Nothing listens at the moment; try again in a few seconds.")
        with reachable():
            try:
                return await Connection(self._connection).fetch_all(query, values)
            except UNREACHABLE:
                self._connection.terminate()
                raise

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
        self._connection = connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings={"application_name": "debates listen"},
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
