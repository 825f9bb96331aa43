"""Tell whoever runs a debate what others wish: to stop, where the epoch was taken, or to hear a remark."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from lib.contract.problems import Unavailable
from lib.event_log.appender import EpochLost
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from lib.event_log.appender import Appender
    from lib.postgres.pool import Postgres

SQL = statements(__file__)
POLL_SECONDS = 0.7
"""A flush finds a lost epoch by itself; this is for a worker that waits for its model, when no notification came."""


class SignalWatcher:
    """Asks for all pens of a process at once whether their epochs still hold, and whether their users spoke."""

    def __init__(self, postgres: Postgres, pens: AbstractSet[Appender]) -> None:
        """Watch over whatever `pens` holds."""
        self._postgres, self._pens = postgres, pens
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    async def run(self) -> None:
        """Look for ever: when woken, and now and then."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            self._woken.clear()
            with contextlib.suppress(Unavailable):
                await self._look()

    async def _look(self) -> None:
        held = {(pen.debate_id, pen.epoch): pen for pen in self._pens}
        if not held:
            return
        debate_ids, epochs = map(list, zip(*held, strict=True))
        steers = [pen.steers for pen in held.values()]
        for record in await self._postgres.fetch_all(
            SQL["wished"], debate_ids=debate_ids, epochs=epochs, steers=steers
        ):
            pen = held[record["debate_id"], record["epoch"]]
            if record["taken"]:
                pen.lose(EpochLost())
            else:
                pen.hear(record["steers"])
