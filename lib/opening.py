"""Open a debate: its row, its first event and its job in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from lib import agents, debate, event_log
from lib.contract.events import DebateQueued
from lib.problems import ModelNotConfigured
from lib.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.contract.caller import Caller
    from lib.contract.debate import Debate, DebateRequest
    from lib.postgres import Postgres
    from lib.queue import Queue


class Opening(Resource):
    """What may be opened, and how."""

    def __init__(self, environ: Mapping[str, str], postgres: Postgres, queue: Queue) -> None:
        """Read which model will debate."""
        self._model = agents.DEBATE_MODEL.read(environ)
        self._postgres, self._queue = postgres, queue

    async def open(self, request: DebateRequest, caller: Caller) -> Debate:
        """Return the new debate, once it is certain to run. Raises ModelNotConfigured or Unavailable."""
        if self._model is None:
            raise ModelNotConfigured("No model is configured to debate: whoever operates this must set DEBATE_MODEL.")
        debate_id = uuid4()
        names = tuple(agent.id for agent in agents.DEBATERS)
        queued = DebateQueued(title=request.content.title, rounds=request.rounds, agents=names)
        async with self._postgres.transaction() as connection:
            opened = await debate.insert(connection, debate_id, request, caller, self._model)
            await event_log.begin(connection, debate_id, queued)
            await self._queue.enqueue(connection, queued.type, debate_id)
        return opened


build = Opening
