"""Make a request that is sent twice start one debate.

The header is that of https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lib.contract.problems import DebateDeleted, IdempotencyKeyReused, MalformedRequest
from lib.debates import debate
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from pydantic import BaseModel
    from starlette.requests import Request

    from lib.contract.caller import Caller
    from lib.contract.debate import Debate
    from lib.postgres.connection import Connection, Record
    from lib.postgres.pool import Postgres

SQL = statements(__file__)
BY_KEY = debate.SELECT + SQL["by_key"]

VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Key:
    """The text that the client chose, unique per owner for 24 hours, and the digest of the validated body."""

    text: str
    digest: str


def key(request: Request[Any], body: BaseModel) -> Key | None:
    """Return the key of a request with this validated body, if it has one. Raises MalformedRequest."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) > 1 or not VISIBLE.fullmatch(given[0]):
        raise MalformedRequest("Send one Idempotency-Key of 1 to 255 visible ASCII characters, or none.")
    return Key(given[0], digest(body))


def digest(body: BaseModel) -> str:
    """Return the SHA-256 of a validated body as hexadecimal text."""
    # Without what is a default: a field that a later release adds must not make it another body.
    return hashlib.sha256(body.model_dump_json(exclude_defaults=True).encode()).hexdigest()


async def find(connection: Connection, caller: Caller, key: Key) -> Debate | None:
    """Return the debate that the caller started with this key within 24 hours.

    Raises IdempotencyKeyReused where that was with another body, or DebateDeleted.
    """
    record = await connection.fetch_one(BY_KEY, {**caller.owner._asdict(), "key": key.text})
    if record is None:
        return None
    if record["idempotency_hash"] != key.digest:
        raise IdempotencyKeyReused("Another body was sent with this Idempotency-Key within a day; use a new key.")
    found = _present(record)
    if found is None:
        raise DebateDeleted("The debate that this Idempotency-Key started was deleted; use a new key for a new one.")
    return found


async def find_by_text(postgres: Postgres, caller: Caller, text: str) -> Debate | None:
    """Return the debate that the caller started with a key of this text within 24 hours, unless it was deleted."""
    record = await postgres.fetch_one(BY_KEY, **caller.owner._asdict(), key=text)
    return None if record is None else _present(record)


def _present(record: Record) -> Debate | None:
    return None if record["deleted_at"] is not None else debate.read(record)


async def release(connection: Connection, caller: Caller, key: Key) -> None:
    """Take a key, which `find` no longer finds, from a debate that is older than 24 hours."""
    await connection.execute(SQL["release"], {**caller.owner._asdict(), "key": key.text})
