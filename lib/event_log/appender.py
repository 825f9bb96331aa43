"""Append to one debate's log, as the owner of one epoch."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, cast

from lib.contract.events import Event, TurnDelta

if TYPE_CHECKING:
    from types import TracebackType
    from uuid import UUID

    from lib.event_log.writer import Writer

    Rows = list[tuple[UUID, int, int, str, str]]

MOST_EVENTS = 100
MOST_CHARACTERS = 8_192
"""What of one debate may wait for PostgreSQL, and in its deltas, before its writer has to."""


class EpochLost(Exception):
    """Another worker owns the debate, or it has ended: whoever writes must stop."""


class EventsRefused(Exception):
    """PostgreSQL will never take these events."""


class Appender:
    """Write one debate's log as the owner of one epoch; a lost epoch cancels the task inside the context.

    Raises EpochLost, or EventsRefused, at the end of the context or at the next call.
    """

    def __init__(self, writer: Writer, debate_id: UUID, epoch: int, last_seq: int) -> None:
        """Go on after `last_seq`."""
        self.debate_id, self.epoch = debate_id, epoch
        self._writer = writer
        self._seq = last_seq
        self._waiting: list[Event] = []
        self._more: list[str] = []
        self._characters = 0
        self._flushing: list[Event] = []
        self._lost: Exception | None = None
        self._settled = asyncio.Event()
        self.steers = 0
        self.steered = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = cast("asyncio.Task[object]", asyncio.current_task())
        self._cancels = self._task.cancelling()
        self._open = True
        self._writer.pens.add(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        self._writer.forget(self)
        if self._lost is not None and kind is asyncio.CancelledError and self._task.uncancel() <= self._cancels:
            raise self._lost from error

    async def write(self, event: Event) -> None:
        """Take an event. Waits only where PostgreSQL is far behind."""
        if self.put(event):
            await self.flush()

    def put(self, event: Event) -> bool:
        """Take an event; adjacent deltas of a turn become one. Says whether PostgreSQL is so far behind as to wait."""
        if self._lost is not None:
            raise self._lost
        self._keep(event)
        self._writer.want(self)
        return len(self._waiting) > MOST_EVENTS or self._characters > MOST_CHARACTERS

    def _keep(self, event: Event) -> None:
        last = self._waiting[-1] if self._waiting else None
        if isinstance(event, TurnDelta):
            self._characters += len(event.text)
            if isinstance(last, TurnDelta) and last.turn == event.turn:
                self._more.append(event.text)
                return
        self._join()
        self._waiting.append(event)

    def _join(self) -> None:
        """Put what came after the last delta into it."""
        if self._more and isinstance(last := self._waiting[-1], TurnDelta):
            self._waiting[-1] = TurnDelta(turn=last.turn, text="".join([last.text, *self._more]))
            self._more = []

    async def flush(self) -> None:
        """Wait until everything taken is in the log."""
        while (self._waiting or self._flushing) and self._lost is None:
            self._settled.clear()
            await self._settled.wait()
        if self._lost is not None:
            raise self._lost

    def take(self) -> Rows:
        """Hand the waiting events to the writer, as rows."""
        self._join()
        self._flushing, self._waiting, self._characters = self._waiting, [], 0
        return [
            (self.debate_id, self.epoch, self._seq + place, event.type, event.model_dump_json(exclude={"type"}))
            for place, event in enumerate(self._flushing, start=1)
        ]

    def settle(self, lost: Exception | None) -> None:
        """Hear how the flush ended."""
        self._seq += len(self._flushing)
        self._flushing = []
        if lost is not None:
            self.lose(lost)
        self._settled.set()

    def hear(self, steers: int) -> None:
        """Hear how many remarks the user has made; `steered` is set."""
        self.steers = steers
        self.steered.set()

    def lose(self, why: Exception) -> None:
        """Write nothing more, and cancel the task inside the context."""
        if self._lost is None:
            self._lost, self._waiting, self._more = why, [], []
            if self._open:
                self._task.cancel()
            self._settled.set()
