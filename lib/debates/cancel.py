"""End a debate before its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.events import DebateCancelled
from lib.contract.problems import DebateEnded
from lib.debates.debate import owned
from lib.event_log import transactional

if TYPE_CHECKING:
    from lib.contract.caller import Caller
    from lib.contract.debate import Debate
    from lib.postgres.pool import Postgres


async def cancel(postgres: Postgres, debate_id: str, caller: Caller) -> Debate:
    """End a debate of the caller, whether it waits or runs; return it, also where it was cancelled before.

    The worker that runs it loses its epoch, and stops. Raises NotFound, or DebateEnded where it ended otherwise.
    """
    live = await owned(postgres, debate_id, caller)
    async with postgres.transaction() as connection:
        await transactional.append_terminal(connection, live.id, DebateCancelled())
    ended = await owned(postgres, debate_id, caller)
    if ended.status != "cancelled":
        raise DebateEnded("The debate has already ended by itself; there is nothing to cancel.")
    return ended
