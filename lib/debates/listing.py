"""List a user's debates, newest first, page by page."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar, Self, get_args
from uuid import UUID

from lib.contract.debate import DebateList, Status
from lib.contract.problems import MalformedRequest
from lib.debates import debate
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from lib.contract.caller import Caller
    from lib.postgres.pool import Postgres

PAGE = debate.SELECT + statements(__file__)["page"]

LIMIT, MOST = 20, 100
"""The debates of a page where the query does not say, and the most that it may ask for."""

STATUSES: tuple[Status, ...] = get_args(Status)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PACKED = struct.Struct(">q16s")
CHECK_BYTES = 9  # with PACKED a multiple of 3, so that each cursor has one spelling in base64
"""The bytes of a cursor that prove which list gave it."""

BAD_CURSOR = "`cursor` must be a next_cursor of this list, as it was given."


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in the list, which is ordered by `created_at` and then `id`, both descending."""

    LENGTH: ClassVar[int] = 44
    """The characters of an encoded cursor."""

    created_at: datetime
    id: UUID

    def encode(self, caller: Caller) -> str:
        """Return base64url text, which only the caller can decode."""
        packed = PACKED.pack((self.created_at - EPOCH) // MICROSECOND, self.id.bytes)
        return base64.urlsafe_b64encode(packed + _check(packed, caller)).decode("ascii")

    @classmethod
    def decode(cls, text: str, caller: Caller) -> Self:
        """Read what `encode` returned. Raises MalformedRequest, also for a changed cursor or one of another user."""
        try:
            microseconds, debate_id = PACKED.unpack(base64.urlsafe_b64decode(text)[: PACKED.size])
            cursor = cls(EPOCH + microseconds * MICROSECOND, UUID(bytes=debate_id))
        except (ValueError, OverflowError, struct.error):
            raise MalformedRequest(BAD_CURSOR) from None
        if cursor.encode(caller) != text:
            raise MalformedRequest(BAD_CURSOR)
        return cursor


START = Cursor(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


def _check(packed: bytes, caller: Caller) -> bytes:
    """Return a checksum that finds mistakes; it keeps no secret, as the query selects by owner."""
    return blake2b(packed + " ".join(caller.owner).encode(), digest_size=CHECK_BYTES).digest()


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
        raise MalformedRequest(f"`limit` must be a whole number from 1 to {MOST}.")
    return int(text)


def _status(text: str) -> Status:
    if text not in STATUSES:
        raise MalformedRequest(f"`status` must be one of {', '.join(STATUSES)}.")
    return text


async def page(postgres: Postgres, caller: Caller, query: QueryParams) -> DebateList:
    """Return the page of the caller's debates that `limit`, `status` and `cursor` ask for. Raises MalformedRequest."""
    limit = _limit(query.get("limit", str(LIMIT)))
    status = _status(query["status"]) if "status" in query else None
    after = Cursor.decode(query["cursor"], caller) if "cursor" in query else START
    values = {**caller.owner._asdict(), "status": status, "created_at": after.created_at, "id": after.id}
    records = await postgres.fetch_all(PAGE, **values, most=limit + 1)
    items = tuple(debate.read(record) for record in records[:limit])
    last = items[-1] if len(records) > limit else None
    return DebateList(items=items, next_cursor=last and Cursor(last.created_at, last.id).encode(caller))
