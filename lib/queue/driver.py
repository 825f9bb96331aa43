"""Run pgqueuer's statements, and repeat them while PostgreSQL is away for a moment."""

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
"""How long a statement of the queue is repeated while PostgreSQL is away, before the worker hands its jobs back."""


class PatientDriver(AsyncpgPoolDriver):
    """Repeats a statement for PATIENCE_SECONDS while the server is unreachable: FencedQueries makes that safe.

    Sets `lost` when it gives up, for the Worker to hand its jobs back: pgqueuer restarts only after all jobs ended.
    """

    def __init__(self, pool: Pool, shutdown: Shutdown) -> None:
        """Repeat nothing once `shutdown` is set."""
        super().__init__(pool)
        self.lost = asyncio.Event()
        self._callbacks: list[NotifyCallback] = []
        given_up = stop_after_delay(PATIENCE_SECONDS)
        self._retrying = AsyncRetrying(
            retry=retry_if_exception_type(UNREACHABLE),
            stop=lambda state: shutdown.is_set() or given_up(state),
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
        """Call `callback` from `notified`: lib's Listener, unlike pgqueuer's, connects again by itself."""
        del channel
        self._callbacks.append(callback)

    def notified(self, payload: str) -> None:
        """Pass on a notification of the Listener, but not "", by which it reports lost ones: pgqueuer polls anyway."""
        for callback in self._callbacks if payload else ():
            callback(payload)

    def _give_up(self, state: RetryCallState) -> object:
        self.lost.set()
        if state.outcome is None:
            raise RuntimeError("tenacity gave up before it began")
        return state.outcome.result()
