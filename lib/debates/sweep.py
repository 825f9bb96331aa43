"""End, enqueue, delete and compact the debates that no worker does these things to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from lib.contract.events import DebateFailed, DebateQueued
from lib.contract.failures import DeadlineExceeded
from lib.contract.problems import Unavailable
from lib.debates import deadline, delete
from lib.event_log import transactional
from lib.postgres.statements import statements
from lib.process.environment import Variable, whole
from lib.process.resource import Resource
from lib.process.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.postgres.pool import Postgres
    from lib.queue.producer import Producer

SQL = statements(__file__)

DEBATE_RETENTION_DAYS = Variable(
    "DEBATE_RETENTION_DAYS",
    "The days after whose end a debate is deleted; kept until its owner deletes it where empty",
    whole(1, 36_500),
    None,
)

INTERVAL_SECONDS = 30.0
"""The time between two sweeps of a process."""

GRACE_SECONDS = 15.0
"""How long after a debate's deadline the worker that runs it may still end it."""

QUEUED = DebateQueued.model_fields["type"].default

log = logging.getLogger("sweep")


class Sweep(Resource):
    """Every INTERVAL_SECONDS: end overdue debates, enqueue lost ones, delete expired ones, compact old ones.

    Safe in several processes at once.
    """

    variables = (DEBATE_RETENTION_DAYS,)

    def __init__(self, environ: Mapping[str, str], postgres: Postgres, queue: Producer) -> None:
        """Read DEBATE_RETENTION_DAYS."""
        self._days = DEBATE_RETENTION_DAYS.read(environ)
        self._postgres, self._queue = postgres, queue

    async def _enter(self, stack: contextlib.AsyncExitStack) -> None:
        await stack.enter_async_context(lasting(self._run()))

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                await self._end_overdue()
                await self._enqueue_lost()
                await self._delete_and_compact()
            await asyncio.sleep(INTERVAL_SECONDS)

    async def _end_overdue(self) -> None:
        limits = {"seconds": deadline.SECONDS + GRACE_SECONDS, "round_seconds": deadline.ROUND_SECONDS}
        for record in await self._postgres.fetch_all(SQL["overdue"], **limits):
            async with self._postgres.transaction() as connection:
                await transactional.append_terminal(
                    connection, record["id"], DebateFailed(problem=DeadlineExceeded().problem())
                )
            log.warning("debate ended past its deadline", extra={"debate_id": str(record["id"])})

    async def _enqueue_lost(self) -> None:
        for record in await self._postgres.fetch_all(SQL["lost"], event=QUEUED):
            async with self._postgres.transaction() as connection:
                await self._queue.enqueue(connection, QUEUED, record["id"])
            log.warning("debate without a job enqueued again", extra={"debate_id": str(record["id"])})

    async def _delete_and_compact(self) -> None:
        if self._days is not None and (count := await delete.expire(self._postgres, self._days)):
            log.info("debates past their retention deleted", extra={"debates": count})
        await delete.compact(self._postgres)


build = Sweep
