from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import asyncpg

from lib import debate, event_log
from lib.contract.caller import Caller
from lib.contract.debate import DebateRequest
from lib.contract.events import DebateQueued
from lib.drain import Drain
from lib.postgres import Postgres
from lib.queue import Queue
from lib.sweep import Sweep
from tests.stream import request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CALLER = Caller("user_1", "sess_1", "https://clerk.localhost", None, None, (), 0, None)
JOBS = "SELECT payload FROM debates.pgqueuer WHERE status IN ('queued', 'picked')"
EVENTS = "SELECT type FROM debates.events WHERE debate_id = $1 ORDER BY seq"
BEGIN = "UPDATE debates.debates SET started_at = now() - $2 * interval '1 second' WHERE id = $1"


class Room:
    """A database with a sweep, and a look behind both."""

    def __init__(self, postgres: Postgres, queue: Queue, look: asyncpg.Connection) -> None:
        self.postgres, self.queue, self.look = postgres, queue, look

    async def opened(self, *, job: bool) -> UUID:
        """Make a debate, with its job or as if that was lost."""
        asked, debate_id = DebateRequest.model_validate(request(rounds=1)), uuid4()
        async with self.postgres.transaction() as connection:
            await debate.insert(connection, debate_id, asked, CALLER, "m")
            await event_log.begin(connection, debate_id, DebateQueued(title="t", rounds=1, agents=("a",)))
            if job:
                await self.queue.enqueue(connection, "debate.queued", debate_id)
        return debate_id

    async def begun(self, debate_id: UUID, seconds: float) -> None:
        """Have a debate start so long ago."""
        await self.look.execute(BEGIN, debate_id, seconds)

    async def swept(self, sql: str, values: tuple[Any, ...], expected: list[Any]) -> None:
        """Sweep until this is what the database says."""
        async with asyncio.timeout(30), Sweep(self.postgres, self.queue):
            found: list[Any] = []
            while found != expected:
                await asyncio.sleep(0.02)
                found = [record[0] for record in await self.look.fetch(sql, *values)]


@contextlib.asynccontextmanager
async def room(environment: dict[str, str]) -> AsyncGenerator[Room]:
    look = await asyncpg.connect(environment["DATABASE_URL"])
    async with Postgres(environment) as postgres:
        yield Room(postgres, Queue(environment, postgres, Drain()), look)
    await look.close()


def test_enqueues_a_debate_again_whose_job_was_lost(own_database: dict[str, str]) -> None:
    async def test() -> None:
        async with room(own_database) as given:
            kept, lost = await given.opened(job=True), await given.opened(job=False)
            await given.swept(f"{JOBS} ORDER BY id", (), [kept.bytes, lost.bytes])
            await given.look.execute("UPDATE debates.pgqueuer SET status = 'failed' WHERE payload = $1", kept.bytes)
            await given.swept(f"{JOBS} ORDER BY id", (), [lost.bytes, kept.bytes])

    asyncio.run(test())


def test_ends_a_debate_that_is_past_its_deadline_and_leaves_others_alone(own_database: dict[str, str]) -> None:
    async def test() -> None:
        async with room(own_database) as given:
            late, punctual = await given.opened(job=True), await given.opened(job=True)
            await given.begun(punctual, 100)
            await given.begun(late, 200)
            old = await debate.claim(given.postgres, late, "m")
            await given.swept(EVENTS, (late,), ["debate.queued", "debate.failed"])
            assert [record["type"] for record in await given.look.fetch(EVENTS, punctual)] == ["debate.queued"]
            row = await given.look.fetchrow("SELECT status, epoch FROM debates.debates WHERE id = $1", late)
            assert old is not None
            assert row is not None
            assert (row["status"], row["epoch"]) == ("failed", old.epoch + 1)
            assert await debate.claim(given.postgres, late, "m") is None

    asyncio.run(test())
