"""Read the result of a debate, as far as its log goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lib.contract.debate import DebateRequest
from lib.contract.events import DebateCancelled, DebateCompleted, DebateFailed, SteerApplied, TurnDelta
from lib.contract.result import DebateResult, Steer
from lib.debates import debate, steer
from lib.debates.progress import fold
from lib.event_log.entry import entry
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.contract.caller import Caller
    from lib.contract.events import DebateUsage, Event
    from lib.debates.progress import Progress
    from lib.postgres.pool import Postgres

SQL = statements(__file__)

TURN_DELTA = TurnDelta.model_fields["type"].default


class Outcome(NamedTuple):
    """The request that started a debate, and the debate's result."""

    request: DebateRequest
    result: DebateResult


async def read(postgres: Postgres, caller: Caller, debate_id: str) -> Outcome:
    """Return the outcome of a debate of the caller. Raises NotFound."""
    owned = await debate.owned(postgres, caller, debate_id)
    requested = await postgres.fetch_one(SQL["request"], id=owned.id)
    if requested is None:
        raise debate.not_found()
    records = await postgres.fetch_all(SQL["events"], id=owned.id, turn_delta=TURN_DELTA)
    events = [entry(record).event() for record in records]
    progress = fold(events)
    turns = progress.completed | progress.failed
    # Also the steers that no worker has read yet, as where the debate was cancelled before.
    unread = await steer.read(postgres, owned.id, progress.last_steer)
    steers = [*_steers(progress), *(Steer(steer=row["steer"], text=row["text"], turn=None) for row in unread)]
    result = DebateResult(
        debate=owned,
        turns=tuple(turns[number] for number in sorted(turns)),
        steers=tuple(sorted(steers, key=lambda steer: steer.steer)),
        verdict=progress.verdict,
        usage=_usage(events[-1]) or progress.ledger.usage({}),
    )
    return Outcome(DebateRequest.model_validate_json(requested["request"]), result)


def _steers(progress: Progress) -> Iterator[Steer]:
    """Yield the accepted steers, each with the turn that was completed next after it was applied, if any was."""
    for waiting in progress.steers.values():
        yield Steer(steer=waiting.steer, text=waiting.text, turn=None)
    turn: int | None = None
    for event in reversed(progress.heard):
        if isinstance(event, SteerApplied):
            yield Steer(steer=event.steer, text=event.text, turn=turn)
        else:
            turn = event.turn


def _usage(last: Event) -> DebateUsage | None:
    """Return the usage, with its cost, that the terminal event of a debate reports."""
    return last.usage if isinstance(last, DebateCompleted | DebateFailed | DebateCancelled) else None
