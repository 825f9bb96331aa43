"""Read and insert the row of a debate."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from lib.contract.debate import Debate, DebateRequest
from lib.contract.problems import NotFound
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from lib.contract.caller import Caller
    from lib.contract.debate import Status
    from lib.debates.idempotency import Key
    from lib.postgres.connection import Connection, Record
    from lib.postgres.pool import Postgres

SQL = statements(__file__)

SELECT = SQL["select"]
"""The SELECT of a Debate's columns FROM debates.debates, to which each statement adds its WHERE."""

QUEUED: Status = "queued"


def read(record: Record) -> Debate:
    """Return the Debate of a row that SELECT returned."""
    columns = {name: record[name] for name in Debate.model_fields if name != "stream_url"}
    return Debate(stream_url=_stream_url(record["id"]), **columns)


def _stream_url(debate_id: UUID) -> str:
    return f"/debate-stream/{debate_id}"


def not_found() -> NotFound:
    """Return the problem of a debate that does not exist, which is also that of another user's debate."""
    return NotFound("You have no debate with this id.")


async def owned(postgres: Postgres, caller: Caller, debate_id: str) -> Debate:
    """Return a debate of the caller. Raises NotFound, also for a debate of another user and for what is no UUID."""
    try:
        parsed = UUID(debate_id)
    except ValueError:
        raise not_found() from None
    record = await postgres.fetch_one(SELECT + SQL["owned"], id=parsed, **caller.owner._asdict())
    if record is None:
        raise not_found()
    return read(record)


async def insert(
    connection: Connection, caller: Caller, debate_id: UUID, request: DebateRequest, model: str, key: Key | None = None
) -> Debate:
    """Insert the row of a new debate, whose first event follows in the same transaction."""
    values = {"id": debate_id, "request": request.model_dump_json(), "status": QUEUED, "model": model}
    identified = {**caller.owner._asdict(), "key": key and key.text, "digest": key and key.digest}
    record = await connection.fetch_one(SQL["insert"], values | identified)
    if record is None:
        raise RuntimeError("INSERT returned no row")
    return Debate(
        id=debate_id,
        status=QUEUED,
        title=request.content.title,
        rounds=request.rounds,
        model=model,
        created_at=record["created_at"],
        started_at=None,
        ended_at=None,
        stream_url=_stream_url(debate_id),
        last_seq=1,
    )
