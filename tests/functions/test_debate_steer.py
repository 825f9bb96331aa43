from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import pytest

from lib.contract.debate import SteerRequest
from lib.contract.events import TurnStarted
from lib.contract.problems import DebateEnded, TooManyRequests
from lib.debates import steer
from lib.debates.claim import take
from lib.postgres.pool import Postgres
from scripts.local import functions
from tests.support import database
from tests.support.hanging_model import hanging_model
from tests.support.model_server import Answer, ModelServer
from tests.support.moderation import CALLER, moderating
from tests.support.stream import bearer, first, request, start, whole

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path
    from uuid import UUID

    from lib.postgres.connection import Record
    from tests.support.moderation import Moderation

USER = "The user remarks:"
STEER = "What would make gold the better shelter?"
EDGE = ("debate-start", "debate-stream", "debate-steer", "debate-cancel")
JUDGE = 4


def _steer(http: httpx.Client, debate: dict[str, Any], user: str, text: str = STEER) -> httpx.Response:
    return http.post(f"/debate-steer/{debate['id']}", headers=bearer(user), json={"text": text})


def _types(log: list[dict[str, Any]], *kinds: str) -> list[str]:
    return [event["type"] for event in log if event["type"] in kinds]


def test_a_steer_is_seen_at_once_and_heard_once_by_the_next_turn_whoever_holds_it(
    own_database: dict[str, str], tmp_path: Path, user: str
) -> None:
    with (
        functions.serving(own_database, tmp_path / "edge", *EDGE) as edge,
        httpx.Client(base_url=edge.url) as http,
    ):
        debate = start(http, user)
        with (
            hanging_model() as model,
            functions.serving(own_database | model.environment, tmp_path / "first", "debate-run"),
        ):
            first(http, debate["stream_url"], user, "turn.delta")
            answer = _steer(http, debate, user)
            assert (answer.status_code, answer.json()["id"]) == (202, debate["id"])
            assert first(http, debate["stream_url"], user, "steer.accepted")["text"] == STEER
        with functions.serving(own_database, tmp_path / "second", "debate-run"):
            log = whole(http, debate["stream_url"], user)
            late = _steer(http, debate, user)
    kinds = ("turn.started", "turn.reset", "steer.accepted", "steer.applied")
    before = ["turn.started", "steer.accepted", "turn.reset", "steer.applied"]
    assert _types(log, *kinds) == [*before, *["turn.started"] * JUDGE]
    assert (late.status_code, late.json()["type"]) == (409, "urn:problem:debate-ended")


def test_five_steers_are_taken_while_it_waits_and_no_more(
    own_database: dict[str, str], tmp_path: Path, user: str
) -> None:
    with (
        functions.serving(own_database, tmp_path / "edge", *EDGE) as edge,
        httpx.Client(base_url=edge.url) as http,
    ):
        debate = start(http, user)
        answers = [_steer(http, debate, user, f"{STEER} {n}") for n in range(1, 7)]
        assert [answer.status_code for answer in answers] == [202] * 5 + [429]
        assert answers[-1].json()["reason"] == "steers"
        assert int(answers[-1].headers["retry-after"]) > 0
        with functions.serving(own_database, tmp_path / "worker", "debate-run"):
            log = whole(http, debate["stream_url"], user)
    applied = [event for event in log if event["type"] == "steer.applied"]
    assert [(event["steer"], event["text"]) for event in applied] == [(n, f"{STEER} {n}") for n in range(1, 6)]
    assert applied[-1]["seq"] < next(event["seq"] for event in log if event["type"] == "turn.started")


def test_a_steer_of_somebody_else_is_not_taken(http: httpx.Client, user: str) -> None:
    answer = _steer(http, start(http, user, request(rounds=5)), f"{user}0")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:problem:not-found")


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "x" * 501}, {"text": 1}, {"text": "x\0"}, {"texts": "x"}])
def test_this_is_no_steer(http: httpx.Client, user: str, body: dict[str, Any]) -> None:
    answer = http.post(f"/debate-steer/{start(http, user)['id']}", headers=bearer(user), json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem:invalid-request")


def test_whoever_speaks_next_reads_it_as_data(idle: dict[str, str]) -> None:
    async def hold() -> None:
        async with ModelServer().serving() as server, moderating(idle, server) as moderation:
            debate_id = await moderation.open_debate("steered")
            await steer.steer(moderation.postgres, CALLER, str(debate_id), SteerRequest(text=STEER))
            await moderation.moderator.run(debate_id)
            assert len(server.prompts["steered"]) == JUDGE
            for messages in server.prompts["steered"]:
                said = [message["content"] for message in messages if STEER in message["content"]]
                assert [text.splitlines()[0] for text in said] == [USER]

    asyncio.run(hold())


MEANWHILE = """
CREATE FUNCTION public.meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO debates.steers (debate_id, steer, text) VALUES (NEW.debate_id, 1, 'Just in time.');
    RETURN NEW;
END $$;
CREATE TRIGGER meanwhile AFTER INSERT ON debates.events FOR EACH ROW
WHEN (NEW.type = 'turn.started' AND NEW.data ->> 'role' = 'judge') EXECUTE FUNCTION public.meanwhile()
"""


def test_the_judge_hears_what_was_said_just_before_it_began_and_nothing_after(own_database: dict[str, str]) -> None:
    for statement in MEANWHILE.split(";\nCREATE TRIGGER"):
        prefix = "" if "FUNCTION public.meanwhile() RETURNS" in statement else "CREATE TRIGGER"
        database.run(own_database, prefix + statement)

    async def hold() -> None:
        async with ModelServer().serving() as server, moderating(own_database, server) as moderation:
            server.scripts["late"] = {JUDGE: [Answer(["stall"])]}
            debate_id = await moderation.open_debate("late")
            running = asyncio.create_task(moderation.moderator.run(debate_id))
            while len(server.prompts["late"]) < JUDGE:
                await server.asked.wait()
                server.asked.clear()
            assert any("Just in time." in message["content"] for message in server.prompts["late"][-1])
            with pytest.raises(DebateEnded):
                await steer.steer(moderation.postgres, CALLER, str(debate_id), SteerRequest(text=STEER))
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    asyncio.run(hold())


SLOWLY = """
CREATE FUNCTION public.slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_xact_lock(8);
    RETURN NEW;
END $$;
CREATE TRIGGER slowly BEFORE INSERT ON debates.steers FOR EACH ROW EXECUTE FUNCTION public.slowly()
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@contextlib.asynccontextmanager
async def _slow(idle: dict[str, str]) -> AsyncGenerator[asyncpg.Connection]:
    """Let nobody finish steering before the connection unlocks 8."""
    connection = await asyncpg.connect(idle["DATABASE_URL"])
    try:
        await connection.execute(SLOWLY)
        await connection.execute("SELECT pg_advisory_lock(8)")
        yield connection
    finally:
        await connection.close()


async def _wait(connection: asyncpg.Connection, count: int) -> None:
    """Wait until so many wait for a lock."""
    while await connection.fetchval(WAITING) < count:
        pass


def test_the_judge_cannot_begin_while_a_steer_is_being_taken(own_database: dict[str, str]) -> None:
    async def hold(moderation: Moderation, connection: asyncpg.Connection) -> None:
        debate_id = await moderation.open_debate("slowly")
        claim = await take(moderation.postgres, debate_id, "scripted")
        assert claim
        async with (
            moderation.appenders.open(debate_id, claim.epoch, 1) as pen,
            asyncio.timeout(30),
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(steer.steer(moderation.postgres, CALLER, str(debate_id), SteerRequest(text=STEER)))
            await _wait(connection, 1)
            await pen.write(TurnStarted(turn=JUDGE, round=1, agent="judge", role="judge", attempt=1))
            tasks.create_task(pen.flush())
            await _wait(connection, 2)
            await connection.execute("SELECT pg_advisory_unlock(8)")
        assert [record["text"] for record in await steer.read(moderation.postgres, debate_id, 0)] == [STEER]

    async def race() -> None:
        async with ModelServer().serving() as server, moderating(own_database, server) as moderation:
            server.idle.set()
            async with _slow(own_database) as connection:
                await hold(moderation, connection)

    asyncio.run(race())


def test_every_steer_that_was_taken_is_heard_however_close_the_judge_was(idle: dict[str, str]) -> None:
    async def steer_on(moderation: Moderation, debate_id: UUID, after: float) -> list[str]:
        """Steer without a pause, `after` some seconds, until no more is taken; return what was."""
        taken: list[str] = []
        await asyncio.sleep(after)
        with contextlib.suppress(DebateEnded, TooManyRequests):
            while True:
                await steer.steer(moderation.postgres, CALLER, str(debate_id), SteerRequest(text=f"Steer {len(taken)}"))
                taken.append(f"Steer {len(taken)}")
        return taken

    async def hold(moderation: Moderation, server: ModelServer, number: int) -> bool:
        """Return whether the debate was closed to steers before it had taken as many as it may."""
        title = f"race {number}"
        debate_id = await moderation.open_debate(title)
        running = asyncio.create_task(moderation.moderator.run(debate_id))
        taken = await steer_on(moderation, debate_id, number * 0.01)
        await running
        log = await moderation.events(debate_id)
        assert [event["text"] for event in log if event["type"] == "steer.applied"] == taken
        said = [
            message["content"].splitlines()[2]
            for message in server.prompts[title][-1][2:-1]
            if USER in message["content"]
        ]
        assert said == taken
        return len(taken) < steer.MOST

    async def race() -> None:
        async with ModelServer().serving() as server, moderating(idle, server) as moderation:
            closed = [await hold(moderation, server, number) for number in range(30)]
            assert {True, False} == set(closed)

    asyncio.run(race())


def test_a_turn_waits_for_a_database_that_cannot_say_what_was_said(
    idle: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, times = steer.read, iter(range(100))

    async def away_at_first(postgres: Postgres, debate_id: UUID, after: int) -> Sequence[Record]:
        async with Postgres({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}) as nowhere:
            return await read(nowhere if next(times) < 2 else postgres, debate_id, after)

    async def hold() -> None:
        async with ModelServer().serving() as server, moderating(idle, server) as moderation:
            monkeypatch.setattr("lib.debates.steer.read", away_at_first)
            log = await moderation.run_debate("away")
            assert [event["attempt"] for event in log if event["type"] == "debate.started"] == [1]
            assert log[-1]["type"] == "debate.completed"

    asyncio.run(hold())
