"""Keep the debates of a process from asking a model's server that is down for all of them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING
from uuid import UUID

from lib.autogen.failures import ModelFault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

DEBATES = 3
"""So many debates in a row must have failed without a word from the server before it counts as down."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0

log = logging.getLogger("autogen")


class Breaker:
    """Closed while the server answers anybody; once open, one small request at a time finds out when it is back."""

    def __init__(self) -> None:
        """Begin closed."""
        self.closed, self._opened = asyncio.Event(), asyncio.Event()
        self.closed.set()
        self._failing = set[UUID]()
        self._pause = FIRST_PAUSE

    @contextlib.contextmanager
    def asking(self, debate_id: UUID) -> Generator[None]:
        """Learn from the outcome of an attempt."""
        try:
            yield
        except ModelFault as fault:
            if fault.outage:
                self._fail(debate_id, fault)
            else:
                self.hear()
            raise
        else:
            self.hear()

    def hear(self) -> None:
        """Learn that the server answers."""
        self._failing.clear()
        self._pause = FIRST_PAUSE
        if not self.closed.is_set():
            log.info("the model's server answers again")
            self._opened.clear()
            self.closed.set()

    def _fail(self, debate_id: UUID, fault: ModelFault) -> None:
        self._failing.add(debate_id)
        if len(self._failing) >= DEBATES and self.closed.is_set():
            log.error("the model's server is down; debates wait", extra={"reason": str(fault)})
            self._pause = max(self._pause, fault.retry_after)
            self.closed.clear()
            self._opened.set()

    async def watch(self, look: Callable[[], Awaitable[None]]) -> None:
        """Look, while the server is down, whether it is back; `look` raises ModelFault where it is not."""
        while True:
            await self._opened.wait()
            await asyncio.sleep(self._pause)
            try:
                await look()
            except ModelFault as fault:
                if fault.outage:
                    self._pause = max(min(self._pause * 2, LONGEST_PAUSE), fault.retry_after)
                    continue
            self.hear()
