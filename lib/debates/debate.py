"""Know a debate: its row, and what its events add up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from lib.contract.debate import Debate, DebateRequest
from lib.contract.events import (
    DebateCancelled,
    DebateStarted,
    EventProblem,
    SteerAccepted,
    SteerApplied,
    ToolCompleted,
    TurnCompleted,
    TurnDelta,
    TurnFailed,
    TurnReset,
    TurnStarted,
    VerdictCompleted,
)
from lib.contract.problems import DebateDeleted, DebateEnded, IdempotencyKeyReused, NotFound
from lib.debates.usage import Ledger
from lib.event_log import reader
from lib.postgres.pool import statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.contract.caller import Caller
    from lib.contract.events import Event
    from lib.contract.verdict import Verdict
    from lib.debates.idempotency import Key
    from lib.postgres.connection import Connection, Record
    from lib.postgres.pool import Postgres

SQL = statements(__file__)

SECONDS, ROUND_SECONDS = 60, 60
"""A debate may take this long from its first start, restarts included, and this much longer for each round."""

DEADLINE = EventProblem(
    type="urn:problem:deadline-exceeded", title="The debate took too long", detail="Start it again, with fewer rounds."
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a debate, as long as nobody takes a newer epoch; it first started `seconds` ago."""

    debate_id: UUID
    epoch: int
    request: DebateRequest
    seconds: float


@dataclass(slots=True)
class Progress:
    """What a debate's events add up to: turns by number, `begun` the one that has not ended and what it has `shown`.

    That is counted in characters, calls of tools included.
    `heard` is what the next speaker has heard, in order; `steers` are the remarks that still wait to enter.
    """

    completed: dict[int, TurnCompleted] = field(default_factory=dict[int, TurnCompleted])
    failed: dict[int, TurnFailed] = field(default_factory=dict[int, TurnFailed])
    attempts: dict[int, int] = field(default_factory=dict[int, int])
    begun: int | None = None
    shown: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    verdict: Verdict | None = None
    heard: list[TurnCompleted | SteerApplied] = field(default_factory=list["TurnCompleted | SteerApplied"])
    steers: dict[int, SteerAccepted] = field(default_factory=dict[int, SteerAccepted])
    last_steer: int = 0
    _speaker: str = ""
    _model: str = ""

    def add(self, event: Event) -> None:
        """Go on by one event."""
        match event:
            case DebateStarted():
                self._model = event.model
            case TurnStarted():
                self.begun, self.shown, self._speaker = event.turn, 0, event.agent
                self.attempts[event.turn] = event.attempt
            case TurnDelta(text=said) | ToolCompleted(arguments=said):
                self.shown += len(str(said))
            case TurnReset():
                self.begun, self.shown = None, 0
                self.ledger.add(self._speaker, self._model, event.usage)
            case TurnCompleted():
                self.begun, self.shown = None, 0
                self.completed[event.turn] = event
                self.heard.append(event)
                self.ledger.add(event.agent, event.model, event.usage)
            case TurnFailed():
                self.begun, self.shown = None, 0
                self.failed[event.turn] = event
                self.ledger.add(event.agent, self._model, event.usage)
            case SteerAccepted():
                self.steers[event.steer] = event
                self.last_steer = event.steer
            case SteerApplied():
                self.steers.pop(event.steer, None)
                self.heard.append(event)
            case VerdictCompleted():
                self.verdict = event.verdict
            case _:
                pass


def fold(events: Iterable[Event]) -> Progress:
    """Add up a log."""
    progress = Progress()
    for event in events:
        progress.add(event)
    return progress


def read(record: Record) -> Debate:
    """Read a row that has the columns of a Debate."""
    columns = {name: record[name] for name in Debate.model_fields if name != "stream_url"}
    return Debate(stream_url=f"/debate-stream/{record['id']}", **columns)


def not_yours() -> NotFound:
    """Return the problem of a debate that is not there, or somebody else's, which nobody can tell apart."""
    return NotFound("You have no debate with this id.")


def _owner(caller: Caller) -> dict[str, object]:
    return {"issuer": caller.issuer, "user_id": caller.user_id}


async def owned(postgres: Postgres, debate_id: str, caller: Caller) -> Debate:
    """Return a debate of the caller. Raises NotFound, also for a debate of somebody else."""
    try:
        values = {"id": UUID(debate_id), **_owner(caller)}
    except ValueError:
        record = None
    else:
        record = await postgres.fetch_one(SQL["owned"], **values)
    if record is None:
        raise not_yours()
    return read(record)


async def insert(
    connection: Connection, debate_id: UUID, request: DebateRequest, caller: Caller, model: str, key: Key | None = None
) -> Debate:
    """Make the row of a new debate, whose idempotency key is free."""
    values = {"id": debate_id, "request": request.model_dump_json(), "model": model, **_owner(caller)}
    if key is not None:
        await connection.execute(SQL["free"], {**_owner(caller), "key": key.text})
    identified = {"key": key and key.text, "digest": key and key.digest}
    record = await connection.fetch_one(SQL["open"], values | identified)
    if record is None:
        raise RuntimeError("INSERT returned no row")
    return read(record)


async def cancel(postgres: Postgres, debate_id: str, caller: Caller) -> Debate:
    """End a debate of the caller, whether it waits or runs; return it, also where it was cancelled before.

    The worker that runs it loses its epoch, and stops. Raises NotFound, or DebateEnded where it ended otherwise.
    """
    live = await owned(postgres, debate_id, caller)
    async with postgres.transaction() as connection:
        await reader.end(connection, live.id, DebateCancelled())
    ended = await owned(postgres, debate_id, caller)
    if ended.status != "cancelled":
        raise DebateEnded("The debate has already ended by itself; there is nothing to cancel.")
    return ended


async def begun(connection: Connection, caller: Caller, key: Key) -> Debate | None:
    """Return what this key began within a day. Raises IdempotencyKeyReused, or DebateDeleted."""
    record = await connection.fetch_one(SQL["begun"], {**_owner(caller), "key": key.text})
    if record is None:
        return None
    if record["idempotency_hash"] != key.digest:
        raise IdempotencyKeyReused("Another body was sent with this Idempotency-Key within a day; use a new key.")
    if record["deleted_at"] is not None:
        raise DebateDeleted("The debate that this Idempotency-Key started was deleted; use a new key for a new one.")
    return read(record)


async def keyed(postgres: Postgres, caller: Caller, key: str) -> Debate | None:
    """Return the debate that this key of the caller's began within a day, unless it was deleted."""
    record = await postgres.fetch_one(SQL["begun"], **_owner(caller), key=key)
    return None if record is None or record["deleted_at"] is not None else read(record)


async def claim(postgres: Postgres, debate_id: UUID, model: str) -> Claim | None:
    """Take a debate that has not ended; whoever had it can write no more."""
    record = await postgres.fetch_one(SQL["claim"], id=debate_id, model=model)
    if record is None:
        return None
    return Claim(debate_id, record["epoch"], DebateRequest.model_validate_json(record["request"]), record["seconds"])
