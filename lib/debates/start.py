"""Start a debate: its row, its first event and its job are written in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from lib.agents import roster
from lib.contract.events import DebateQueued
from lib.debates import debate, idempotency, relevance
from lib.event_log import transactional

if TYPE_CHECKING:
    from lib.agents.model import DebateModel
    from lib.contract.caller import Caller
    from lib.contract.debate import Debate, DebateRequest
    from lib.debates.limits import DebateLimits
    from lib.queue.producer import Producer


@dataclass(frozen=True, slots=True)
class Started:
    """A debate whose job is committed; `new` is false where an earlier request with the same key started it."""

    debate: Debate
    new: bool


async def start(
    queue: Producer,
    model: DebateModel,
    limits: DebateLimits,
    caller: Caller,
    request: DebateRequest,
    key: idempotency.Key | None,
) -> Started:
    """Start the debate that the caller requests, or return the one that the same key and request started before.

    Raises one of the problems that debate-start declares in functions/manifest.toml.
    """
    relevance.check(request)
    name = model.name()
    async with limits.exclusive(caller) as connection:
        if key is not None:
            first = await idempotency.find(connection, caller, key)
            if first is not None:
                return Started(first, new=False)
            await idempotency.release(connection, caller, key)
        live = await limits.check(connection, caller)
        started = await debate.insert(connection, caller, uuid4(), request, name, key)
        agents = tuple(agent.id for agent in roster.DEBATERS)
        queued = DebateQueued(title=started.title, rounds=started.rounds, agents=agents)
        await transactional.append_first(connection, started.id, queued)
        # A user with live debates waits behind users that have none.
        await queue.enqueue(connection, queued.type, started.id, priority=-live)
    return Started(started, new=True)
