"""Read the log of a debate, and follow it live."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from lib.contract.problems import Unavailable
from lib.event_log.channels import EVENTS
from lib.event_log.entry import Entry, Interrupted, entry
from lib.event_log.feed import QUIET, Batch, Feed
from lib.postgres.statements import statements
from lib.process.resource import Resource
from lib.process.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Sequence
    from uuid import UUID

    from lib.contract.debate import Debate
    from lib.postgres.pool import Postgres
    from lib.process.shutdown import Shutdown

SQL = statements(__file__)
PAGE = 500
"""The most entries of a debate that one statement returns."""

POLL_SECONDS = 3.0
"""How long news may take whose notification was lost."""

LISTEN_SECONDS = 1.0
"""How long health's check waits for the listening connection."""

STREAM_SECONDS = 600.0
"""When a stream ends itself, so that no proxy cuts it."""


class Reader(Resource):
    """Reads the logs of all debates; one listening connection and one statement serve all viewers of a process."""

    def __init__(self, postgres: Postgres, shutdown: Shutdown, clock: Callable[[], float] = time.monotonic) -> None:
        """Streams end on `shutdown`, and after STREAM_SECONDS of `clock`."""
        self._postgres, self._shutdown, self._clock = postgres, shutdown, clock
        self._listener = postgres.listener
        self._feeds: dict[UUID, Feed] = {}
        self._woken = asyncio.Event()

    async def _enter(self, stack: contextlib.AsyncExitStack) -> None:
        await stack.enter_async_context(lasting(self._tail(), self._poll(), self._release()))
        self._listener.subscribe(EVENTS, lambda _: self._woken.set())

    async def ping(self) -> str | None:
        """Return why notifications do not arrive, or None."""
        try:
            async with asyncio.timeout(LISTEN_SECONDS):
                await self._listener.alive.wait()
        except TimeoutError:
            return "The listening connection is down; streams look for news every few seconds."
        return None

    async def read(self, debate_id: UUID, after: int = 0) -> Sequence[Entry]:
        """Return at most PAGE entries after the seq `after`. Raises Unavailable."""
        read = self._postgres.fetch_all(SQL["read"], debate_id=debate_id, after=after, most=PAGE)
        return [entry(record) for record in await read]

    async def read_all(self, debate_id: UUID) -> Sequence[Entry]:
        """Return all entries of a debate. Raises Unavailable."""
        entries, more = list[Entry](), True
        while more:
            page = await self.read(debate_id, entries[-1].seq if entries else 0)
            entries += page
            more = len(page) == PAGE
        return entries

    async def follow(self, debate: Debate, after: int) -> AsyncGenerator[Batch, None]:
        """Yield the entries after the seq `after` in batches, first from the log, then live.

        An empty batch says that there was no news for feed.PING_SECONDS. Ends after a terminal event.
        Raises Interrupted on shutdown, when PostgreSQL is lost, after STREAM_SECONDS, and when the debate is deleted.
        """
        if debate.ended_at is not None and after >= debate.last_seq:
            return
        after = min(after, debate.last_seq)  # a seq not yet written would make the feed skip those before it
        until = self._clock() + STREAM_SECONDS
        with self._watched(debate.id, after) as feed:
            while not (self._shutdown.is_set() or feed.gone) and self._clock() < until:
                if after >= feed.last and not await feed.news():
                    yield QUIET
                    continue
                batch = feed.since(after)
                if batch is None:
                    batch = await self._catch_up(debate.id, after)
                if batch:
                    yield batch
                    after = batch[-1].seq
                    if batch[-1].terminal:
                        return
        raise Interrupted

    async def _catch_up(self, debate_id: UUID, after: int) -> Batch:
        try:
            return Batch(await self.read(debate_id, after))
        except Unavailable as error:
            raise Interrupted from error

    @contextlib.contextmanager
    def _watched(self, debate_id: UUID, after: int) -> Generator[Feed]:
        feed = self._feeds.get(debate_id)
        if feed is None:
            feed = self._feeds[debate_id] = Feed(after)
        feed.viewers += 1
        self._woken.set()
        try:
            yield feed
        finally:
            feed.viewers -= 1
            if feed.viewers == 0:
                feed.close()
                del self._feeds[debate_id]

    async def _tail(self) -> None:
        """Read the news of all feeds in one statement, whenever woken."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            with contextlib.suppress(Unavailable):
                await self._read_news()

    async def _poll(self) -> None:
        """Wake `_tail` every POLL_SECONDS, as a notification may be lost."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self._woken.set()

    async def _read_news(self) -> None:
        feeds = dict(self._feeds)
        if not feeds:
            return
        afters = [feed.last for feed in feeds.values()]
        reader = self._listener if self._listener.alive.is_set() else self._postgres
        records = await reader.fetch_all(SQL["news"], debate_ids=list(feeds), afters=afters, most=PAGE)
        news: dict[UUID, list[Entry]] = {}
        for record in records:
            if record["seq"] is None:
                feeds[record["debate_id"]].end()
                continue
            news.setdefault(record["debate_id"], []).append(entry(record))
        for debate_id, entries in news.items():
            feeds[debate_id].add(entries)
            if len(entries) == PAGE:
                self._woken.set()

    async def _release(self) -> None:
        """Wake all viewers on shutdown."""
        await self._shutdown.wait()
        for feed in self._feeds.values():
            feed.wake()


build = Reader
