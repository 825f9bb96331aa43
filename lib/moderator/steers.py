"""Take the user's steers into a running debate."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from lib.contract.events import SteerAccepted, SteerApplied
from lib.contract.problems import Unavailable
from lib.debates import steer
from lib.event_log.appender import EpochLost, EventsRefused

if TYPE_CHECKING:
    from lib.moderator.record import Record
    from lib.postgres.pool import Postgres


class Steers:
    """The steers of one debate: each is accepted as soon as it is seen, and applied before the next turn."""

    def __init__(self, postgres: Postgres, record: Record) -> None:
        """Read the steers from `postgres`, and write their events to `record`."""
        self._postgres, self._record = postgres, record
        self._lock = asyncio.Lock()

    async def watch(self) -> None:
        """Accept steers as they come, until nothing more can be written."""
        appender = self._record.appender
        with contextlib.suppress(EpochLost, EventsRefused):  # the appender raises them in the debate's own task, too
            while True:
                await appender.steered.wait()
                appender.steered.clear()
                with contextlib.suppress(Unavailable):  # `apply` looks again before the next turn
                    await self._accept()

    async def apply(self) -> None:
        """Apply every steer up to now to the next turn. Waits while the database is unavailable."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable), wait=wait_random_exponential(multiplier=0.1, max=2)
        )
        await retrying(self._accept)
        for accepted in list(self._record.progress.steers.values()):
            await self._record.write(SteerApplied(steer=accepted.steer, text=accepted.text))

    async def _accept(self) -> None:
        async with self._lock:
            after = self._record.progress.last_steer
            for row in await steer.read(self._postgres, self._record.appender.debate_id, after):
                await self._record.write(SteerAccepted(steer=row["steer"], text=row["text"]))
