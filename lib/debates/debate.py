"""Know a debate: its row, and what its events add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from lib.contract.debate import Debate, DebateRequest
from lib.contract.problems import DebateDeleted, IdempotencyKeyReused, NotFound
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from lib.contract.caller import Caller
    from lib.debates.idempotency import Key
    from lib.postgres.connection import Connection, Record
    from lib.postgres.pool import Postgres

SQL = statements(__file__)


def read(record: Record) -> Debate:
    """Read a row that has the columns of a Debate."""
    columns = {name: record[name] for name in Debate.model_fields if name != "stream_url"}
    return Debate(stream_url=f"/debate-stream/{record['id']}", **columns)


def not_yours() -> NotFound:
    """Return the problem of a debate that is not there, or somebody else's, which nobody can tell apart."""
    return NotFound("You have no debate with this id.")


async def owned(postgres: Postgres, caller: Caller, debate_id: str) -> Debate:
    """Return a debate of the caller. Raises NotFound, also for a debate of somebody else."""
    try:
        values = {"id": UUID(debate_id), **caller.owner._asdict()}
    except ValueError:
        record = None
    else:
        record = await postgres.fetch_one(SQL["owned"], **values)
    if record is None:
        raise not_yours()
    return read(record)


async def insert(
    connection: Connection, caller: Caller, debate_id: UUID, request: DebateRequest, model: str, key: Key | None = None
) -> Debate:
    """Make the row of a new debate, whose idempotency key is free."""
    values = {"id": debate_id, "request": request.model_dump_json(), "model": model, **caller.owner._asdict()}
    if key is not None:
        await connection.execute(SQL["free"], {**caller.owner._asdict(), "key": key.text})
    identified = {"key": key and key.text, "digest": key and key.digest}
    record = await connection.fetch_one(SQL["open"], values | identified)
    if record is None:
        raise RuntimeError("INSERT returned no row")
    return read(record)


async def begun(connection: Connection, caller: Caller, key: Key) -> Debate | None:
    """Return what this key began within a day. Raises IdempotencyKeyReused, or DebateDeleted."""
    record = await connection.fetch_one(SQL["begun"], {**caller.owner._asdict(), "key": key.text})
    if record is None:
        return None
    if record["idempotency_hash"] != key.digest:
        raise IdempotencyKeyReused("Another body was sent with this Idempotency-Key within a day; use a new key.")
    if record["deleted_at"] is not None:
        raise DebateDeleted("The debate that this Idempotency-Key started was deleted; use a new key for a new one.")
    return read(record)


async def keyed(postgres: Postgres, caller: Caller, key: str) -> Debate | None:
    """Return the debate that this key of the caller's began within a day, unless it was deleted."""
    record = await postgres.fetch_one(SQL["begun"], **caller.owner._asdict(), key=key)
    return None if record is None or record["deleted_at"] is not None else read(record)
