"""Open a debate: its row, its first event and its job in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from lib.agents import model, roster
from lib.contract.events import DebateQueued
from lib.contract.problems import ModelNotConfigured
from lib.debates import debate, limits, relevance
from lib.event_log import transactional
from lib.process.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.contract.caller import Caller
    from lib.contract.debate import Debate, DebateRequest
    from lib.debates.idempotency import Key
    from lib.postgres.pool import Postgres
    from lib.queue.producer import Producer


@dataclass(frozen=True, slots=True)
class Opened:
    """A debate that is certain to run; `new` is false where the same request had started it before."""

    debate: Debate
    new: bool


class Opening(Resource):
    """What may be opened, and how."""

    variables = (model.DEBATE_MODEL, *limits.VARIABLES)

    def __init__(self, environ: Mapping[str, str], postgres: Postgres, queue: Producer) -> None:
        """Read which model will debate, and how often."""
        self._model = model.DEBATE_MODEL.read(environ)
        self._limits = limits.Limits(environ)
        self._postgres, self._queue = postgres, queue

    async def open(self, request: DebateRequest, caller: Caller, key: Key | None) -> Opened:
        """Return the debate of this request, once it is certain to run.

        Raises one of the problems that debate-start declares.
        """
        relevance.check(request)
        if self._model is None:
            raise ModelNotConfigured("No model is configured to debate: whoever operates this must set DEBATE_MODEL.")
        async with self._limits.alone(self._postgres, caller) as connection:
            first = await debate.begun(connection, caller, key) if key else None
            if first is not None:
                return Opened(first, new=False)
            live = await self._limits.check(connection, caller)
            opened = await debate.insert(connection, uuid4(), request, caller, self._model, key)
            names = tuple(agent.id for agent in roster.DEBATERS)
            queued = DebateQueued(title=request.content.title, rounds=request.rounds, agents=names)
            await transactional.append_first(connection, opened.id, queued)
            # Who has debates under way waits behind who has none.
            await self._queue.enqueue(connection, queued.type, opened.id, priority=-live)
        return Opened(opened, new=True)


build = Opening
