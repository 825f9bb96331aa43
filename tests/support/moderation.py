"""Run debates inside a test with the real Moderator, EventLog and agents, and a scripted ModelServer."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lib.autogen.speaker import Speaker
from lib.contract.caller import Caller
from lib.contract.debate import DebateRequest
from lib.contract.events import DebateQueued
from lib.debates import debate
from lib.event_log import transactional
from lib.event_log.appenders import Appenders
from lib.event_log.reader import Reader
from lib.moderator.moderator import Moderator
from lib.postgres.pool import Postgres
from lib.process.shutdown import Shutdown
from tests.support import stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from tests.support.model_server import ModelServer
    from tests.support.stream import Event


CALLER = Caller("user_model", "sess_1", "https://issuer", None, None, (), 0, None)
"""The owner of every debate of a Moderation."""


@dataclass(frozen=True, slots=True)
class Moderation:
    """The resources of a worker, without a queue."""

    postgres: Postgres
    log: Reader
    appenders: Appenders
    autogen: Speaker
    moderator: Moderator

    async def open_debate(self, title: str, rounds: int = 1, **fields: Any) -> UUID:
        """Insert a debate for which no job is queued, and return its id."""
        content: Any = stream.request(rounds=rounds, **fields)
        content["content"]["title"] = title
        request = DebateRequest.model_validate(content)
        async with self.postgres.transaction() as connection:
            made = await debate.insert(connection, CALLER, uuid4(), request, "scripted")
            queued = DebateQueued(title=title, rounds=rounds, agents=("a", "b", "c"))
            await transactional.append_first(connection, made.id, queued)
        return made.id

    async def events(self, debate_id: UUID) -> list[Event]:
        """Return a debate's events as clients get them."""
        return [json.loads(entry.envelope) for entry in await self.log.read_all(debate_id)]

    async def run_debate(self, title: str, rounds: int = 1, **fields: Any) -> list[Event]:
        """Run a debate to its end, and return its events."""
        debate_id = await self.open_debate(title, rounds, **fields)
        await self.moderator.run(debate_id)
        return await self.events(debate_id)


@contextlib.asynccontextmanager
async def moderating(environment: dict[str, str], server: ModelServer, **environ: str) -> AsyncGenerator[Moderation]:
    """Open a Moderation on a model server; fail at the end if a task or a stream of the model is left open."""
    model = {"DEBATE_MODEL": "scripted", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.url}
    settings = environment | model | environ
    before = asyncio.all_tasks()
    async with (
        Postgres(settings) as postgres,
        Reader(postgres, Shutdown()) as log,
        Appenders(postgres) as appenders,
        Speaker(settings) as autogen,
    ):
        moderator = Moderator(settings, postgres, log, appenders, autogen)
        yield Moderation(postgres, log, appenders, autogen, moderator)
        async with asyncio.timeout(10):
            await server.idle.wait()
    assert asyncio.all_tasks() - before == set()
