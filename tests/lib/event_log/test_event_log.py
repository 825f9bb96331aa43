from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
import pytest

from lib.contract.caller import Caller
from lib.contract.debate import DebateRequest
from lib.contract.events import DebateCompleted, DebateQueued, DebateStarted, TurnDelta
from lib.debates import debate
from lib.debates.claim import take
from lib.event_log import transactional
from lib.event_log.appender import EpochLost, EventsRefused
from lib.event_log.appenders import Appenders
from lib.event_log.entry import Interrupted
from lib.event_log.reader import Reader
from lib.postgres.pool import Postgres
from lib.process.shutdown import Shutdown
from tests.support.stream import request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    from lib.contract.debate import Debate
    from lib.debates.claim import Claim
    from lib.event_log.entry import Entry

CALLER = Caller("user_1", "sess_1", "https://clerk.localhost", None, None, (), 0, None)
STARTED = DebateStarted(model="m", attempt=1, agents_version="v")


@dataclass
class Logs:
    """A log and what it stands on."""

    log: Reader
    appenders: Appenders
    postgres: Postgres
    shutdown: Shutdown

    async def opened(self) -> Debate:
        """Make a debate with its first event."""
        asked, debate_id = DebateRequest.model_validate(request()), uuid4()
        async with self.postgres.transaction() as connection:
            made = await debate.insert(connection, debate_id, asked, CALLER, "m")
            await transactional.append_first(connection, debate_id, DebateQueued(title="t", rounds=1, agents=("a",)))
        return made

    async def claimed(self, debate_id: UUID) -> Claim:
        """Take a debate."""
        claim = await take(self.postgres, debate_id, "m")
        assert claim is not None
        return claim

    async def seen(self, watched: Debate, after: int = 0) -> list[Entry]:
        """Follow a debate to its end."""
        return [entry async for batch in self.log.follow(watched, after) for entry in batch]


@contextlib.asynccontextmanager
async def logs(idle: dict[str, str]) -> AsyncGenerator[Logs]:
    shutdown = Shutdown()
    async with Postgres(idle) as postgres, Reader(postgres, shutdown) as log, Appenders(postgres) as appenders:
        yield Logs(log, appenders, postgres, shutdown)


def run(coroutine: Coroutine[None, None, None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await coroutine

    asyncio.run(limited())


def test_follows_from_the_first_event_to_the_last(idle: dict[str, str]) -> None:
    async def test() -> None:
        async with logs(idle) as given:
            opened = await given.opened()
            viewers = [asyncio.create_task(given.seen(opened, after)) for after in (0, 0, 1)]
            async with given.appenders.open(opened.id, (await given.claimed(opened.id)).epoch, 1) as appender:
                await appender.write(STARTED)
                for word in ("Utilities ", "lead ", "the market."):
                    await appender.write(TurnDelta(turn=1, text=word))
                await appender.write(DebateCompleted())
                await appender.flush()
            first, second, third = [await viewer for viewer in viewers]
            assert [entry.type for entry in first] == [
                "debate.queued",
                "debate.started",
                "turn.delta",
                "debate.completed",
            ]
            assert first == second == [first[0], *third]
            assert json.loads(first[2].envelope)["text"] == "Utilities lead the market."
            ended = await debate.owned(given.postgres, str(opened.id), CALLER)
            assert (ended.status, ended.last_seq) == ("completed", 4)

    run(test())


def test_shares_more_events_than_it_keeps_in_memory(idle: dict[str, str]) -> None:
    async def test() -> None:
        async with logs(idle) as given:
            opened = await given.opened()
            early = asyncio.create_task(given.seen(opened))
            async with given.appenders.open(opened.id, (await given.claimed(opened.id)).epoch, 1) as appender:
                for turn in range(1_500):
                    await appender.write(TurnDelta(turn=turn, text="a"))
                await appender.flush()
                late = asyncio.create_task(given.seen(opened))
                await appender.write(DebateCompleted())
                await appender.flush()
            assert [entry.seq for entry in await early] == list(range(1, 1_503))
            assert await late == await early

    run(test())


def test_a_worker_that_lost_its_epoch_is_stopped_and_writes_nothing_more(idle: dict[str, str]) -> None:
    async def write(given: Logs, claim: Claim, seq: int, *, then_wait: bool = False) -> None:
        async with given.appenders.open(claim.debate_id, claim.epoch, seq) as appender:
            await appender.write(DebateCompleted())
            if then_wait:
                await asyncio.Event().wait()
            await appender.flush()

    async def test() -> None:
        async with logs(idle) as given:
            opened = await given.opened()
            old, new = await given.claimed(opened.id), await given.claimed(opened.id)
            with pytest.raises(EpochLost):
                await write(given, old, 1, then_wait=True)
            await write(given, new, 1)
            assert [entry.type for entry in await given.seen(opened)] == ["debate.queued", "debate.completed"]
            with pytest.raises(EpochLost):
                await write(given, new, 2)

    run(test())


def test_words_wait_behind_nothing_else_that_the_process_asks(idle: dict[str, str]) -> None:
    async def test() -> None:
        async with logs(idle | {"DATABASE_POOL_SIZE": "1"}) as given:
            opened = await given.opened()
            claim = await given.claimed(opened.id)
            async with given.appenders.open(opened.id, claim.epoch, 1) as appender, given.postgres.connection():
                await appender.write(STARTED)
                async with asyncio.timeout(1):
                    await appender.flush()

    run(test())


def test_one_bad_event_never_fails_its_neighbours(idle: dict[str, str]) -> None:
    async def write(given: Logs, opened: Debate, last_seq: int, bad: str) -> None:
        async with given.appenders.open(opened.id, (await given.claimed(opened.id)).epoch, last_seq) as appender:
            await appender.write(TurnDelta(turn=1, text=bad))
            await appender.write(DebateCompleted())
            await appender.flush()

    async def test() -> None:
        async with logs(idle) as given:
            healthy, sick = await given.opened(), await given.opened()
            outcomes = await asyncio.gather(
                write(given, healthy, 1, "fine"), write(given, sick, -9, "fine"), return_exceptions=True
            )
            assert outcomes[0] is None
            assert isinstance(outcomes[1], EventsRefused)
            assert [entry.type for entry in await given.seen(healthy)][-1] == "debate.completed"
            assert [entry.seq for entry in await given.log.read_all(sick.id)] == [1]

    run(test())


def test_writes_once_where_the_answer_to_a_flush_was_lost(idle: dict[str, str]) -> None:
    """The same events written again, as after a connection that broke at the commit, are not doubled."""

    async def test() -> None:
        async with logs(idle) as given:
            opened = await given.opened()
            claim = await given.claimed(opened.id)
            for _ in range(2):
                async with given.appenders.open(opened.id, claim.epoch, 1) as appender:
                    await appender.write(STARTED)
                    await appender.flush()
            assert [entry.seq for entry in await given.log.read_all(opened.id)] == [1, 2]

    run(test())


def test_heals_when_its_connections_are_cut(own_database: dict[str, str]) -> None:
    async def cut() -> None:
        connection = await asyncpg.connect(own_database["DATABASE_URL"])
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await connection.close()

    async def test() -> None:
        async with logs(own_database) as given:
            opened = await given.opened()
            viewer = asyncio.create_task(given.seen(opened))
            async with given.appenders.open(opened.id, (await given.claimed(opened.id)).epoch, 1) as appender:
                for turn in range(5):
                    await cut()
                    await appender.write(TurnDelta(turn=turn, text="a"))
                    await appender.flush()
                await appender.write(DebateCompleted())
                await appender.flush()
            assert [entry.seq for entry in await viewer] == list(range(1, 8))

    run(test())


def test_ends_its_streams_on_shutdown(idle: dict[str, str]) -> None:
    async def test() -> None:
        async with logs(idle) as given:
            opened = await given.opened()
            viewers = [asyncio.create_task(given.seen(opened)) for _ in range(3)]
            async for batch in given.log.follow(opened, 0):
                assert batch
                break
            given.shutdown.set()
            for outcome in await asyncio.gather(*viewers, return_exceptions=True):
                assert isinstance(outcome, Interrupted)

    run(test())
