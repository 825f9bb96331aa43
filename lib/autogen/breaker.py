"""Make debates wait while the model's server is down: a circuit breaker for one process."""

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
"""The breaker opens when so many debates in a row had an outage, with no answer to any debate between them."""

FIRST_PAUSE = 0.5
"""The seconds before the first small request to a server that is down; the pause doubles from request to request."""

LONGEST_PAUSE = 30.0
"""The most seconds between two small requests to a server that is down, unless the server asks for more."""

log = logging.getLogger("autogen")


class Breaker:
    """Closed while the server answers; while it is open, one small request at a time finds out when it is back."""

    def __init__(self) -> None:
        self.closed, self._opened = asyncio.Event(), asyncio.Event()
        self.closed.set()
        self._failing = set[UUID]()
        self._pause = FIRST_PAUSE

    @contextlib.contextmanager
    def counting(self, debate_id: UUID) -> Generator[None]:
        """Enclose an attempt of a debate: its outage counts towards opening, any other end closes the breaker."""
        try:
            yield
        except ModelFault as fault:
            if fault.outage:
                self._fail(debate_id, fault)
            else:
                self.close()
            raise
        else:
            self.close()

    def close(self) -> None:
        """Let debates ask: the server has answered."""
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

    async def watch(self, probe: Callable[[], Awaitable[None]]) -> None:
        """Probe the server while the breaker is open; `probe` raises ModelFault where the server is still down."""
        while True:
            await self._opened.wait()
            await asyncio.sleep(self._pause)
            try:
                await probe()
            except ModelFault as fault:
                if fault.outage:
                    self._pause = max(min(self._pause * 2, LONGEST_PAUSE), fault.retry_after)
                    continue
            self.close()
