"""Write the events of all debates that this process runs, many in one statement."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from lib.contract.problems import Unavailable
from lib.event_log.appender import EpochLost, EventsRefused
from lib.postgres.faults import REFUSED
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from lib.event_log.appender import Appender
    from lib.postgres.connection import Record
    from lib.postgres.pool import Postgres

    Rows = list[tuple[UUID, int, int, str, str]]

SQL = statements(__file__)
INTERVAL, LONG_INTERVAL = 0.025, 0.05
"""Seconds from flush to flush, the longer ones after MANY events: the first event after a pause is written at once."""

MANY = 50

log = logging.getLogger("event_log")


class Writer:
    """The one writer of a process: gathers what its pens hold, and flushes it in one statement."""

    def __init__(self, postgres: Postgres) -> None:
        """Write on this connection, which nobody else uses: hundreds of debates may begin at once."""
        self._postgres = postgres
        self.pens: set[Appender] = set()
        self._wanting: dict[Appender, None] = {}
        self._wanted = asyncio.Event()

    def want(self, pen: Appender) -> None:
        """Hear that a pen has something to write."""
        self._wanting[pen] = None
        self._wanted.set()

    def forget(self, pen: Appender) -> None:
        """Write nothing more of a pen."""
        self.pens.discard(pen)
        self._wanting.pop(pen, None)

    async def run(self) -> None:
        """Flush for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            begin = loop.time()
            pens, self._wanting = self._wanting, {}
            rows = {pen: taken for pen in pens if (taken := pen.take())}
            if rows:
                await self._flush(rows)
            many = sum(map(len, rows.values())) >= MANY
            await asyncio.sleep(begin + (LONG_INTERVAL if many else INTERVAL) - loop.time())

    async def _flush(self, rows: Mapping[Appender, Rows]) -> None:
        try:
            accepted = await self._append([row for own in rows.values() for row in own])
        except REFUSED:
            await self._flush_apart(rows)
            return
        for pen in rows:
            pen.settle(None if (pen.debate_id, pen.epoch) in accepted else EpochLost())

    async def _flush_apart(self, rows: Mapping[Appender, Rows]) -> None:
        """Repeat a refused statement debate by debate, so that one bad event never fails its neighbours."""
        for pen, own in rows.items():
            try:
                accepted = await self._append(own)
            except REFUSED as error:
                # Not the error's own words: PostgreSQL quotes what it refuses.
                reason = type(error).__name__
                log.warning("events refused", extra={"debate_id": str(pen.debate_id), "reason": reason})
                pen.settle(EventsRefused(reason))
            else:
                pen.settle(None if accepted else EpochLost())

    async def _append(self, rows: Rows) -> set[tuple[UUID, int]]:
        """Return whose events are in the log, by debate and epoch."""
        columns = dict(
            zip(("debate_ids", "epochs", "seqs", "types", "datas"), map(list, zip(*rows, strict=True)), strict=True)
        )
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable), wait=wait_random_exponential(multiplier=0.1, max=2)
        )
        records: list[Record] = await retrying(self._postgres.fetch_all, SQL["append"], **columns)
        return {(record["debate_id"], record["epoch"]) for record in records}
