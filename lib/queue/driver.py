"""Let what pgqueuer asks of PostgreSQL outlive a server that is away for a moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from lib.postgres.faults import UNREACHABLE

if TYPE_CHECKING:
    from pgqueuer.ports.driver import NotifyCallback
    from tenacity import RetryCallState

    from lib.postgres.connection import Pool
    from lib.process.shutdown import Shutdown

PATIENCE_SECONDS = 20.0


class PatientDriver(AsyncpgPoolDriver):
    """Repeats a statement that found the server away: fenced, each of them may be repeated.

    Sets `lost` when it gives up, as pgqueuer would only restart once all its jobs have ended: they must be handed back.
    """

    def __init__(self, pool: Pool, drain: Shutdown) -> None:
        """Be patient as long as the process does not drain."""
        super().__init__(pool)
        self.lost = asyncio.Event()
        self._callbacks: list[NotifyCallback] = []
        given_up = stop_after_delay(PATIENCE_SECONDS)
        self._retrying = AsyncRetrying(
            retry=retry_if_exception_type(UNREACHABLE),
            stop=lambda state: drain.is_set() or given_up(state),
            wait=wait_random_exponential(multiplier=0.1, max=1),
            retry_error_callback=self._give_up,
        )

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Return the rows."""
        return await self._retrying(super().fetch, query, *args)

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement."""
        return await self._retrying(super().execute, query, *args)

    async def notify(self, channel: str, payload: str) -> None:
        """Send a notification."""
        await self._retrying(super().notify, channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Pass on what `heard` is told: a listener of ours connects again by itself, and pgqueuer's does not."""
        del channel
        self._callbacks.append(callback)

    def heard(self, payload: str) -> None:
        """Take a notification; an empty one says that some may have been lost, which the next poll finds."""
        for callback in self._callbacks if payload else ():
            callback(payload)

    def _give_up(self, state: RetryCallState) -> object:
        self.lost.set()
        if state.outcome is None:
            raise RuntimeError("tenacity gave up before it began")
        return state.outcome.result()
