"""Let what the user says into a debate that one worker runs."""

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
    """The user's remarks of one debate: accepted as soon as they are seen, applied before a turn."""

    def __init__(self, postgres: Postgres, minutes: Record) -> None:
        """Look for remarks here when the pen says so, and write them there."""
        self._postgres, self._minutes = postgres, minutes
        self._lock = asyncio.Lock()

    async def watch(self) -> None:
        """Accept remarks as they come, for as long as anything can be written."""
        with contextlib.suppress(EpochLost, EventsRefused):  # of which whoever holds the debate hears, too
            while True:
                await self._minutes.pen.steered.wait()
                self._minutes.pen.steered.clear()
                with contextlib.suppress(Unavailable):  # the next turn looks again
                    await self._accept()

    async def apply(self) -> None:
        """Let whoever speaks next hear all that was said so far; waits as long as the database cannot say."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable), wait=wait_random_exponential(multiplier=0.1, max=2)
        )
        await retrying(self._accept)
        for remark in list(self._minutes.progress.steers.values()):
            await self._minutes.write(SteerApplied(steer=remark.steer, text=remark.text))

    async def _accept(self) -> None:
        async with self._lock:
            after = self._minutes.progress.last_steer
            for record in await steer.read(self._postgres, self._minutes.pen.debate_id, after):
                await self._minutes.write(SteerAccepted(steer=record["steer"], text=record["text"]))
