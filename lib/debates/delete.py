"""Erase what debates hold: those that their owner deletes, those past their retention, and deltas that nobody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.problems import DebateLive
from lib.debates import debate
from lib.event_log.channels import EVENTS
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from lib.contract.caller import Caller
    from lib.postgres.pool import Postgres

SQL = statements(__file__)

COMPACT_HOURS = 24.0
"""How long after its end a debate still replays as it was spoken, and not turn by turn."""

BATCH = 100
"""Debates erased or compacted in one statement, so that none holds its locks for long."""


async def delete(postgres: Postgres, debate_id: str, caller: Caller) -> None:
    """Erase a debate of the caller for good. Raises NotFound, or DebateLive.

    Its row stays without what was asked, so that limits still count it.
    """
    owned = await debate.owned(postgres, debate_id, caller)
    if owned.ended_at is None:
        raise DebateLive("The debate has not ended; cancel it first, then delete it.")
    await postgres.fetch_all(SQL["erase"], ids=[owned.id], events=EVENTS)


async def expire(postgres: Postgres, days: int) -> int:
    """Erase the debates that ended so many days ago, a batch at most; return how many."""
    found = await postgres.fetch_all(SQL["expired"], days=days, most=BATCH)
    await postgres.fetch_all(SQL["erase"], ids=[record["id"] for record in found], events=EVENTS)
    return len(found)


async def compact(postgres: Postgres) -> int:
    """Drop the deltas of debates that ended a day ago, a batch at most; return how many debates."""
    return len(await postgres.fetch_all(SQL["compact"], hours=COMPACT_HOURS, most=BATCH))
