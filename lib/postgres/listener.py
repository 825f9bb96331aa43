"""Listen for notifications (LISTEN), on a connection that is opened again whenever it is lost."""

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
    from collections.abc import Callable

    from lib.postgres.connection import Record

CONNECT_SECONDS = COMMAND_SECONDS = 3.0
"""How long connecting the listener, and each of its statements, may take."""

log = logging.getLogger("postgres")


class Listener:
    """One connection that listens to the subscribed channels; connects once there is one."""

    def __init__(self, url: str) -> None:
        """Connect to `url`, which must not lead through a transaction pooler: it would lose the LISTEN."""
        self._url = url
        self._callbacks: dict[str, Callable[[str], None]] = {}
        self._changed = asyncio.Event()
        self._connection: asyncpg.Connection
        self.alive = asyncio.Event()
        """Set while the connection listens."""

    def subscribe(self, channel: str, callback: Callable[[str], None]) -> None:
        """Call `callback` with the payload of each notification to `channel`.

        It is called with "" whenever listening to the channel begins: notifications before that are lost.
        """
        self._callbacks[channel] = callback
        self._changed.set()

    async def fetch_all(self, query: str, **values: object) -> list[Record]:
        """Return the rows of a statement that is run on the listening connection, one at a time.

        It takes half the time of a statement on the pool, and shows whether the connection is still alive. Raises
        Unavailable, and then listens on a new connection.
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
        """Listen until cancelled, on a new connection whenever one was lost."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(UNREACHABLE),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            before_sleep=before_sleep_log(log, logging.WARNING),
        )
        while True:
            while not self._callbacks:
                await self._changed.wait()
            await retrying(self._connect_and_listen)

    async def _connect_and_listen(self) -> None:
        self._connection = connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings={"application_name": "debates listen"},
        )
        lost = asyncio.Event()

        def lose(_connection: object) -> None:
            lost.set()
            self._changed.set()

        connection.add_termination_listener(lose)
        try:
            await self._listen(connection, lost)
        finally:
            self.alive.clear()
            connection.terminate()

    async def _listen(self, connection: asyncpg.Connection, lost: asyncio.Event) -> None:
        """Listen to each channel, also to those subscribed later, until the connection is lost."""
        heard: set[str] = set()
        while not lost.is_set():
            self._changed.clear()
            new = self._callbacks.keys() - heard
            for channel in new:
                await connection.add_listener(channel, self._notify)
            self.alive.set()
            heard |= new
            for channel in new:
                self._callbacks[channel]("")
            await self._changed.wait()

    def _notify(self, _connection: object, _pid: object, channel: str, payload: object) -> None:
        self._callbacks[channel](str(payload))
