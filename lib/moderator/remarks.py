"""Let what the user says into a debate that one worker runs."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from lib import steering
from lib.contract.events import SteerAccepted, SteerApplied
from lib.event_log import EpochLost, EventsRefused
from lib.problems import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lib.contract.events import Event
    from lib.debate import Progress
    from lib.event_log import Pen
    from lib.postgres import Postgres


class Remarks:
    """The user's remarks of one debate: accepted as soon as they are seen, applied before a turn."""

    def __init__(
        self, postgres: Postgres, pen: Pen, progress: Progress, write: Callable[[Event], Awaitable[None]]
    ) -> None:
        """Look for remarks here when the pen says so, and write them there."""
        self._postgres, self._pen, self._progress, self._write = postgres, pen, progress, write
        self._lock = asyncio.Lock()

    async def watch(self) -> None:
        """Accept remarks as they come, for as long as anything can be written."""
        with contextlib.suppress(EpochLost, EventsRefused):  # of which whoever holds the debate hears, too
            while True:
                await self._pen.steered.wait()
                self._pen.steered.clear()
                with contextlib.suppress(Unavailable):  # the next turn looks again
                    await self._accept()

    async def apply(self) -> None:
        """Let whoever speaks next hear all that was said so far; waits as long as the database cannot say."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable), wait=wait_random_exponential(multiplier=0.1, max=2)
        )
        await retrying(self._accept)
        for remark in list(self._progress.steers.values()):
            await self._write(SteerApplied(steer=remark.steer, text=remark.text))

    async def _accept(self) -> None:
        async with self._lock:
            after = self._progress.last_steer
            for record in await steering.left(self._postgres, self._pen.debate_id, after):
                await self._write(SteerAccepted(steer=record["steer"], text=record["text"]))
