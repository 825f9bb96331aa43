"""Poll for signals to the debates that this process runs: the epoch was taken (stop), or the user steered."""

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
"""How long a signal may take whose notification was lost. (A lost epoch is also found by the next flush.)"""


class SignalWatcher:
    """Asks for all open Appenders at once whether their epochs still hold and how often their users steered."""

    def __init__(self, postgres: Postgres, appenders: AbstractSet[Appender]) -> None:
        """Watch the appenders that the set `appenders` holds at each poll."""
        self._postgres, self._appenders = postgres, appenders
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Poll now."""
        self._woken.set()

    async def run(self) -> None:
        """Poll until cancelled: when woken, and every POLL_SECONDS."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            self._woken.clear()
            with contextlib.suppress(Unavailable):
                await self._poll()

    async def _poll(self) -> None:
        held = {(appender.debate_id, appender.epoch): appender for appender in self._appenders}
        if not held:
            return
        debate_ids, epochs = map(list, zip(*held, strict=True))
        steers = [appender.steers for appender in held.values()]
        for record in await self._postgres.fetch_all(
            SQL["signals"], debate_ids=debate_ids, epochs=epochs, steers=steers
        ):
            appender = held[record["debate_id"], record["epoch"]]
            if record["taken"]:
                appender.lose(EpochLost())
            else:
                appender.steer(record["steers"])
