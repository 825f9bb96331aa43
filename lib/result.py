"""Read what came out of a debate, so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lib import debate, event_log
from lib.contract.debate import DebateRequest
from lib.contract.events import DebateCancelled, DebateCompleted, DebateFailed
from lib.contract.result import DebateResult
from lib.postgres import statements

if TYPE_CHECKING:
    from lib.contract.caller import Caller
    from lib.contract.events import DebateUsage, Event
    from lib.postgres import Postgres

SQL = statements(__file__)


class Outcome(NamedTuple):
    """What was asked for, and what came of it."""

    request: DebateRequest
    result: DebateResult


async def of(postgres: Postgres, debate_id: str, caller: Caller) -> Outcome:
    """Return the outcome of a debate of the caller. Raises NotFound."""
    owned = await debate.owned(postgres, debate_id, caller)
    asked = await postgres.fetch_one(SQL["request"], id=owned.id)
    if asked is None:
        raise debate.not_yours()
    records = await postgres.fetch_all(SQL["events"], id=owned.id)
    events = [event_log.entry(record).event() for record in records]
    progress = debate.fold(events)
    turns = progress.completed | progress.failed
    result = DebateResult(
        debate=owned,
        turns=tuple(turns[number] for number in sorted(turns)),
        verdict=progress.verdict,
        usage=_usage(events[-1]) or progress.ledger.usage({}),
    )
    return Outcome(DebateRequest.model_validate_json(asked["request"]), result)


def _usage(last: Event) -> DebateUsage | None:
    """Return what the end of a debate says that it used and cost."""
    return last.usage if isinstance(last, DebateCompleted | DebateFailed | DebateCancelled) else None
