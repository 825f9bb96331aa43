"""Read what came out of a debate, so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lib.contract.debate import DebateRequest
from lib.contract.events import DebateCancelled, DebateCompleted, DebateFailed, SteerApplied
from lib.contract.result import DebateResult, Steer
from lib.debates import debate
from lib.debates.progress import fold
from lib.debates.steer import left
from lib.event_log.entry import entry
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.contract.caller import Caller
    from lib.contract.events import DebateUsage, Event
    from lib.debates.progress import Progress
    from lib.postgres.pool import Postgres

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
    events = [entry(record).event() for record in records]
    progress = fold(events)
    turns = progress.completed | progress.failed
    # Also what no worker has come to read, as where the debate was cancelled before.
    unread = await left(postgres, owned.id, progress.last_steer)
    steers = [*_steers(progress), *(Steer(steer=wish["steer"], text=wish["text"], turn=None) for wish in unread)]
    result = DebateResult(
        debate=owned,
        turns=tuple(turns[number] for number in sorted(turns)),
        steers=tuple(sorted(steers, key=lambda steer: steer.steer)),
        verdict=progress.verdict,
        usage=_usage(events[-1]) or progress.ledger.usage({}),
    )
    return Outcome(DebateRequest.model_validate_json(asked["request"]), result)


def _steers(progress: Progress) -> Iterator[Steer]:
    """Yield the remarks that were accepted, each with the turn that was completed next after it was applied."""
    for waiting in progress.steers.values():
        yield Steer(steer=waiting.steer, text=waiting.text, turn=None)
    turn: int | None = None
    for said in reversed(progress.heard):
        if isinstance(said, SteerApplied):
            yield Steer(steer=said.steer, text=said.text, turn=turn)
        else:
            turn = said.turn


def _usage(last: Event) -> DebateUsage | None:
    """Return what the end of a debate says that it used and cost."""
    return last.usage if isinstance(last, DebateCompleted | DebateFailed | DebateCancelled) else None
