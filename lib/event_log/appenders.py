"""Open an Appender for each debate that a process runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.event_log.appender import Appender
from lib.event_log.channels import SIGNALS
from lib.event_log.signals import SignalWatcher
from lib.event_log.writer import Writer
from lib.process.resource import Resource
from lib.process.tasks import lasting

if TYPE_CHECKING:
    import contextlib
    from uuid import UUID

    from lib.postgres.pool import Postgres


class Appenders(Resource):
    """The one Writer of a process, on a connection of its own, and its SignalWatcher."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._connection = postgres.single()
        self._writer = Writer(self._connection)
        self._watcher = SignalWatcher(postgres, self._writer.appenders)

    async def _enter(self, stack: contextlib.AsyncExitStack) -> None:
        await stack.enter_async_context(self._connection)
        await stack.enter_async_context(lasting(self._writer.run(), self._watcher.run()))
        self._postgres.listener.subscribe(SIGNALS, lambda _: self._watcher.wake())

    def open(self, debate_id: UUID, epoch: int, last_seq: int) -> Appender:
        """Return the Appender of the owner of an epoch, whose next event is `last_seq` + 1; enter it before writing."""
        return Appender(self._writer, debate_id, epoch, last_seq)


build = Appenders
