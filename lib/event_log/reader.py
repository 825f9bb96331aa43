"""Keep one append-only log per debate, and let anybody follow it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Self

from lib.contract.problems import Unavailable
from lib.event_log.appender import Appender
from lib.event_log.entry import Entry, Interrupted, entry
from lib.event_log.feed import QUIET, Batch, Feed
from lib.event_log.signals import SignalWatcher
from lib.event_log.writer import Writer
from lib.postgres.statements import statements
from lib.process.resource import Resource
from lib.process.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Sequence
    from types import TracebackType
    from uuid import UUID

    from lib.contract.debate import Debate
    from lib.contract.events import Event
    from lib.postgres.connection import Connection
    from lib.postgres.pool import Postgres
    from lib.process.shutdown import Shutdown

SQL = statements(__file__)
CHANNEL, TAKEN = "debates", "debates_taken"
PAGE = 500
POLL_SECONDS = 3.0
LISTEN_SECONDS = 1.0
STREAM_SECONDS = 600.0


async def begin(connection: Connection, debate_id: UUID, event: Event) -> None:
    """Write the first event of a debate, in the transaction that makes its row."""
    data = event.model_dump_json(exclude={"type"})
    await connection.execute(SQL["begin"], {"debate_id": debate_id, "type": event.type, "data": data})


async def end(connection: Connection, debate_id: UUID, event: Event) -> None:
    """Take a debate that has not ended from whoever runs it, and write its terminal event; in a transaction.

    Does nothing to a debate that has ended.
    """
    if await connection.fetch_one(SQL["take"], {"debate_id": debate_id}):
        data = event.model_dump_json(exclude={"type"})
        await connection.execute(SQL["end"], {"debate_id": debate_id, "type": event.type, "data": data})


class Reader(Resource):
    """The logs of all debates: one connection listens, one read serves all viewers of this process."""

    def __init__(self, postgres: Postgres, drain: Shutdown, clock: Callable[[], float] = time.monotonic) -> None:
        """Read by this pool, and write beside it; let viewers go when drained, or when `clock`, in seconds, says so."""
        self._postgres, self._drain, self._clock = postgres, drain, clock
        self._single = postgres.single()
        self._writer = Writer(self._single)
        self._feeds: dict[UUID, Feed] = {}
        self._woken = asyncio.Event()
        self._fence = SignalWatcher(postgres, self._writer.pens)
        self._listener = postgres.listener({CHANNEL: lambda _: self._woken.set(), TAKEN: lambda _: self._fence.wake()})
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._single)
        await self._stack.enter_async_context(
            lasting(
                self._listener.run(), self._tail(), self._poll(), self._release(), self._writer.run(), self._fence.run()
            )
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def ping(self) -> str | None:
        """Ask whether notifications arrive."""
        try:
            async with asyncio.timeout(LISTEN_SECONDS):
                await self._listener.alive.wait()
        except TimeoutError:
            return "The listening connection is down; streams look for news every few seconds."
        return None

    def pen(self, debate_id: UUID, epoch: int, last_seq: int) -> Appender:
        """Return what the owner of an epoch writes with."""
        return Appender(self._writer, debate_id, epoch, last_seq)

    async def read(self, debate_id: UUID, after: int = 0) -> Sequence[Entry]:
        """Return a page of the entries after a place. Raises Unavailable."""
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
        """Yield what follows a place, in batches: replay and live in one loop; an empty batch where all is quiet.

        Ends after a terminal event; raises Interrupted when the process drains, loses its database, or after ten
        minutes, and when the debate is deleted.
        """
        if debate.ended_at is not None and after >= debate.last_seq:
            return
        after = min(after, debate.last_seq)  # a place that nobody has written yet would let the others wait for it
        until = self._clock() + STREAM_SECONDS
        with self._watched(debate.id, after) as feed:
            while not (self._drain.is_set() or feed.gone) and self._clock() < until:
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
        """Read what is new for all viewers at once, when woken."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            with contextlib.suppress(Unavailable):
                await self._read_news()

    async def _poll(self) -> None:
        """Look now and then, as a notification may be lost."""
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
        await self._drain.wait()
        for feed in self._feeds.values():
            feed.wake()


build = Reader
