from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import asyncpg

from lib.contract.caller import Caller
from lib.contract.debate import DebateRequest
from lib.contract.events import DebateQueued
from lib.debates import claim, debate
from lib.debates.sweep import Sweep
from lib.event_log import transactional
from lib.postgres.pool import Postgres
from lib.queue.producer import Producer
from tests.support.stream import request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CALLER = Caller("user_1", "sess_1", "https://clerk.localhost", None, None, (), 0, None)
JOBS = "SELECT payload FROM debates.pgqueuer WHERE status IN ('queued', 'picked')"
END = "UPDATE debates.debates SET ended_at = now() - $2 * interval '1 hour', status = 'completed' WHERE id = $1"
EVENTS = "SELECT type FROM debates.events WHERE debate_id = $1 ORDER BY seq"
HELD = "SELECT id FROM debates.debates WHERE request IS NOT NULL ORDER BY created_at"
SPEAK = """
INSERT INTO debates.events (debate_id, seq, type, data)
VALUES ($1, 2, 'turn.delta', '{}'), ($1, 3, 'turn.completed', '{}'), ($1, 4, 'debate.completed', '{}')
"""
BEGIN = "UPDATE debates.debates SET started_at = now() - $2 * interval '1 second' WHERE id = $1"


class Room:
    """A database with a sweep, and a look behind both."""

    def __init__(
        self, environment: dict[str, str], postgres: Postgres, queue: Producer, look: asyncpg.Connection
    ) -> None:
        self.environment, self.postgres, self.queue, self.look = environment, postgres, queue, look

    async def opened(self, *, job: bool) -> UUID:
        """Make a debate, with its job or as if that was lost."""
        asked, debate_id = DebateRequest.model_validate(request(rounds=1)), uuid4()
        async with self.postgres.transaction() as connection:
            await debate.insert(connection, debate_id, asked, CALLER, "m")
            await transactional.append_first(connection, debate_id, DebateQueued(title="t", rounds=1, agents=("a",)))
            if job:
                await self.queue.enqueue(connection, "debate.queued", debate_id)
        return debate_id

    async def begun(self, debate_id: UUID, seconds: float) -> None:
        """Have a debate start so long ago."""
        await self.look.execute(BEGIN, debate_id, seconds)

    async def ended(self, debate_id: UUID, hours: float) -> None:
        """Have a debate of one turn end so long ago."""
        await self.look.execute(SPEAK, debate_id)
        await self.look.execute(END, debate_id, hours)

    async def swept(self, sql: str, values: tuple[Any, ...], expected: list[Any]) -> None:
        """Sweep until this is what the database says."""
        async with asyncio.timeout(30), Sweep(self.environment, self.postgres, self.queue):
            found: list[Any] = []
            while found != expected:
                await asyncio.sleep(0.02)
                found = [record[0] for record in await self.look.fetch(sql, *values)]


@contextlib.asynccontextmanager
async def room(environment: dict[str, str]) -> AsyncGenerator[Room]:
    look = await asyncpg.connect(environment["DATABASE_URL"])
    async with Postgres(environment) as postgres:
        yield Room(environment, postgres, Producer(postgres), look)
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
            old = await claim.take(given.postgres, late, "m")
            await given.swept(EVENTS, (late,), ["debate.queued", "debate.failed"])
            assert [record["type"] for record in await given.look.fetch(EVENTS, punctual)] == ["debate.queued"]
            row = await given.look.fetchrow("SELECT status, epoch FROM debates.debates WHERE id = $1", late)
            assert old is not None
            assert row is not None
            assert (row["status"], row["epoch"]) == ("failed", old.epoch + 1)
            assert await claim.take(given.postgres, late, "m") is None

    asyncio.run(test())


def test_deletes_debates_past_their_retention(own_database: dict[str, str]) -> None:
    async def test() -> None:
        async with room(own_database | {"DEBATE_RETENTION_DAYS": "2"}) as given:
            old, young, live = [await given.opened(job=True) for _ in range(3)]
            await given.ended(old, 49)
            await given.ended(young, 47)
            await given.swept(HELD, (), [young, live])
            assert await given.look.fetch(EVENTS, old) == []

    asyncio.run(test())


def test_drops_the_deltas_of_a_debate_that_ended_a_day_ago(own_database: dict[str, str]) -> None:
    async def test() -> None:
        async with room(own_database) as given:
            old, young = await given.opened(job=True), await given.opened(job=True)
            await given.ended(old, 25)
            await given.ended(young, 23)
            await given.swept(EVENTS, (old,), ["debate.queued", "turn.completed", "debate.completed"])
            assert len(await given.look.fetch(EVENTS, young)) == 4
            assert len(await given.look.fetch(HELD)) == 2

    asyncio.run(test())
