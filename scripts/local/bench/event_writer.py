"""Write events of debates into the log as a worker does, at a given rate."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import uuid4

from lib.contract.caller import Caller
from lib.contract.debate import DebateRequest
from lib.contract.events import DebateQueued, TurnDelta
from lib.debates import debate
from lib.debates.claim import take
from lib.event_log import transactional
from lib.event_log.appenders import Appenders
from lib.postgres.pool import Postgres
from scripts.local import article, clerk
from scripts.local.demo import ARTICLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping
    from types import TracebackType

    from lib.event_log.appender import Appender

T = TypeVar("T")

CALLER = Caller(clerk.USER, "sess_bench", clerk.ISSUER, None, None, (), 0, None)


class EventWriter:
    """Appenders for new debates, in an event loop that runs only while events are written."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._runner = asyncio.Runner()
        self._stack = contextlib.AsyncExitStack()
        self.postgres = Postgres(environment)
        self._appenders = Appenders(self.postgres)

    def __enter__(self) -> Self:
        self._runner.run(self._stack.enter_async_context(self.postgres))
        self._runner.run(self._stack.enter_async_context(self._appenders))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()

    def new_debate(self) -> Appender:
        """Insert a debate and claim it; return its Appender."""
        return self._runner.run(self._new_debate())

    async def _new_debate(self) -> Appender:
        request = DebateRequest.model_validate(article.request(ARTICLE, 1, None))
        async with self.postgres.transaction() as connection:
            made = await debate.insert(connection, CALLER, uuid4(), request, "bench")
            await transactional.append_first(
                connection, made.id, DebateQueued(title="bench", rounds=1, agents=("bench",))
            )
        claim = await take(self.postgres, made.id, "bench")
        if claim is None:
            raise RuntimeError("a new debate was claimed by another worker")
        return await self._stack.enter_async_context(self._appenders.open(made.id, claim.epoch, 1))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the writer's loop."""
        return self._runner.run(work)

    def paced(self, count: int, rate: float, write: Callable[[int], Awaitable[None]]) -> None:
        """Run `pace` in the writer's loop."""
        self._runner.run(self.pace(count, rate, write))

    async def pace(self, count: int, rate: float, write: Callable[[int], Awaitable[None]]) -> None:
        """Call `write` with 0 to `count` - 1, at `rate` a second however long each call takes."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        for number in range(count):
            if (early := begin + number / rate - loop.time()) > 0:
                await asyncio.sleep(early)
            await write(number)


def delta(number: int, text: str) -> TurnDelta:
    """Return a delta of a turn of its own, so that the log joins it with no other."""
    return TurnDelta(turn=number, text=text)
