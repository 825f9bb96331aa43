"""Append to the log of one debate, as the owner of one epoch."""

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
"""The most events of a debate that wait for a flush before Appender.write waits for it."""

MOST_CHARACTERS = 8_192
"""The most characters of a debate's deltas that wait for a flush before Appender.write waits for it."""


class EpochLost(Exception):
    """Another worker owns the debate, or it has ended: its former owner must stop."""


class EventsRefused(Exception):
    """PostgreSQL refuses the events, and would refuse them again."""


class Appender:
    """The right to append to one debate's log under one epoch; a context manager.

    When the epoch is lost or the events are refused, the task inside the context is cancelled; the end of the context,
    or the next call, raises EpochLost or EventsRefused.
    """

    def __init__(self, writer: Writer, debate_id: UUID, epoch: int, last_seq: int) -> None:
        self.debate_id, self.epoch = debate_id, epoch
        self._writer = writer
        self._seq = last_seq
        self._waiting: list[Event] = []
        self._more_text: list[str] = []
        self._characters = 0
        self._flushing: list[Event] = []
        self._lost: Exception | None = None
        self._settled = asyncio.Event()
        self.steers = 0
        """How often the user has steered the debate, as far as the SignalWatcher knows."""
        self.steered = asyncio.Event()
        """Set when `steers` has grown."""

    async def __aenter__(self) -> Self:
        self._task = cast("asyncio.Task[object]", asyncio.current_task())
        self._cancels = self._task.cancelling()
        self._open = True
        self._writer.appenders.add(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        self._writer.forget(self)
        if self._lost is not None and kind is asyncio.CancelledError and self._task.uncancel() <= self._cancels:
            raise self._lost from error

    async def write(self, event: Event) -> None:
        """Take an event; waits for a flush where more than MOST_EVENTS or MOST_CHARACTERS wait.

        Raises EpochLost or EventsRefused, which an earlier flush met.
        """
        if self.put(event):
            await self.flush()

    def put(self, event: Event) -> bool:
        """Take an event without waiting, joined with the delta before it; return whether to await `flush` now."""
        if self._lost is not None:
            raise self._lost
        self._keep(event)
        self._writer.request_flush(self)
        return len(self._waiting) > MOST_EVENTS or self._characters > MOST_CHARACTERS

    def _keep(self, event: Event) -> None:
        last = self._waiting[-1] if self._waiting else None
        if isinstance(event, TurnDelta):
            self._characters += len(event.text)
            if isinstance(last, TurnDelta) and last.turn == event.turn:
                self._more_text.append(event.text)
                return
        self._join()
        self._waiting.append(event)

    def _join(self) -> None:
        """Join the texts that came after the last delta with it."""
        if self._more_text and isinstance(last := self._waiting[-1], TurnDelta):
            self._waiting[-1] = TurnDelta(turn=last.turn, text="".join([last.text, *self._more_text]))
            self._more_text = []

    async def flush(self) -> None:
        """Wait until all events taken are in the log. Raises EpochLost, EventsRefused."""
        while (self._waiting or self._flushing) and self._lost is None:
            self._settled.clear()
            await self._settled.wait()
        if self._lost is not None:
            raise self._lost

    def take(self) -> Rows:
        """Return the waiting events as rows of the statement `append`, for the Writer."""
        self._join()
        self._flushing, self._waiting, self._characters = self._waiting, [], 0
        return [
            (self.debate_id, self.epoch, self._seq + place, event.type, event.data_json())
            for place, event in enumerate(self._flushing, start=1)
        ]

    def settle(self, lost: Exception | None) -> None:
        """End the flush that `take` began; `lost` says why its events are not in the log."""
        self._seq += len(self._flushing)
        self._flushing = []
        if lost is not None:
            self.lose(lost)
        self._settled.set()

    def steer(self, steers: int) -> None:
        """Set how often the user has steered the debate, and `steered`."""
        self.steers = steers
        self.steered.set()

    def lose(self, why: Exception) -> None:
        """Drop the waiting events, and cancel the task inside the context."""
        if self._lost is None:
            self._lost, self._waiting, self._more_text = why, [], []
            if self._open:
                self._task.cancel()
            self._settled.set()
