"""Gather the events of all debates that a process runs, and append many in one statement."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from lib.contract.events import TERMINAL, DebateStarted, TurnCompleted, TurnFailed, TurnReset
from lib.contract.problems import Unavailable
from lib.event_log.appender import EpochLost, EventsRefused
from lib.event_log.channels import EVENTS
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
COLUMNS = ("debate_ids", "epochs", "seqs", "types", "datas")
NAMES = {
    "started": DebateStarted.model_fields["type"].default,
    "terminal": sorted(TERMINAL),
    "with_usage": [event.model_fields["type"].default for event in (TurnCompleted, TurnFailed, TurnReset)],
    "events": EVENTS,
}
"""The event types that the statement acts upon, and the channel that it notifies."""

INTERVAL, LONG_INTERVAL = 0.025, 0.05
"""Seconds from flush to flush, the longer ones after MANY events: the first event after a pause is written at once."""

MANY = 50
"""The events of one flush from which on LONG_INTERVAL applies."""

log = logging.getLogger("event_log")


class Writer:
    """The one writer of a process: takes the waiting events of its open Appenders, and flushes them together."""

    def __init__(self, connection: Postgres) -> None:
        """Write through `connection`, which no other statement uses: a flush must not wait for one."""
        self._connection = connection
        self.appenders: set[Appender] = set()
        self._waiting: dict[Appender, None] = {}  # ordered, unlike a set
        self._requested = asyncio.Event()

    def request_flush(self, appender: Appender) -> None:
        """Flush the events of an Appender soon."""
        self._waiting[appender] = None
        self._requested.set()

    def forget(self, appender: Appender) -> None:
        """Flush no further events of an Appender."""
        self.appenders.discard(appender)
        self._waiting.pop(appender, None)

    async def run(self) -> None:
        """Flush until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._requested.wait()
            self._requested.clear()
            begin = loop.time()
            waiting, self._waiting = self._waiting, {}
            rows = {appender: taken for appender in waiting if (taken := appender.take())}
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
        for appender in rows:
            appender.settle(None if (appender.debate_id, appender.epoch) in accepted else EpochLost())

    async def _flush_apart(self, rows: Mapping[Appender, Rows]) -> None:
        """Repeat a refused statement debate by debate, so that one bad event never fails its neighbours."""
        for appender, own in rows.items():
            try:
                accepted = await self._append(own)
            except REFUSED as error:
                # Not the error's message: PostgreSQL quotes in it the data that it refuses.
                reason = type(error).__name__
                log.warning("events refused", extra={"debate_id": str(appender.debate_id), "reason": reason})
                appender.settle(EventsRefused(reason))
            else:
                appender.settle(None if accepted else EpochLost())

    async def _append(self, rows: Rows) -> set[tuple[UUID, int]]:
        """Return the debates and epochs whose events are in the log; repeats the statement while Unavailable."""
        columns = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable), wait=wait_random_exponential(multiplier=0.1, max=2)
        )
        records: list[Record] = await retrying(self._connection.fetch_all, SQL["append"], **columns, **NAMES)
        return {(record["debate_id"], record["epoch"]) for record in records}
