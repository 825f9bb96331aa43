"""Delete debates: those that their owner deletes, those past their retention, and the deltas of old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.events import TurnDelta
from lib.contract.problems import DebateLive
from lib.debates import debate
from lib.event_log.channels import EVENTS
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from lib.contract.caller import Caller
    from lib.postgres.pool import Postgres

SQL = statements(__file__)

TURN_DELTA = TurnDelta.model_fields["type"].default

COMPACT_HOURS = 24.0
"""How long after its end a debate is still replayed delta by delta; later, turn by turn."""

BATCH = 100
"""The most debates that one statement erases or compacts, so that it holds its locks briefly."""


async def delete(postgres: Postgres, caller: Caller, debate_id: str) -> None:
    """Erase the request, the events and the steers of a debate of the caller. Raises NotFound, or DebateLive.

    The row stays, so that DebateLimits still counts it.
    """
    owned = await debate.owned(postgres, caller, debate_id)
    if owned.ended_at is None:
        raise DebateLive("The debate has not ended; cancel it first, then delete it.")
    await postgres.fetch_all(SQL["erase"], ids=[owned.id], events=EVENTS)


async def expire(postgres: Postgres, days: int) -> int:
    """Erase debates that ended `days` ago or earlier, BATCH at most; return how many."""
    found = await postgres.fetch_all(SQL["expired"], days=days, most=BATCH)
    await postgres.fetch_all(SQL["erase"], ids=[record["id"] for record in found], events=EVENTS)
    return len(found)


async def compact(postgres: Postgres) -> int:
    """Delete the deltas of debates that ended COMPACT_HOURS ago or earlier, BATCH debates at most; return how many."""
    return len(await postgres.fetch_all(SQL["compact"], turn_delta=TURN_DELTA, hours=COMPACT_HOURS, most=BATCH))
