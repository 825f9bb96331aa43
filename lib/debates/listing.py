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

SQL = statements(__file__)

LIMIT, MOST = 20, 100
"""The debates of a page where the query does not say, and the most that it may ask for."""

STATUSES: tuple[Status, ...] = get_args(Status)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PLACE = struct.Struct(">q16s")
CHECK_BYTES = 9  # with the place a multiple of 3, so that each cursor has one spelling
"""The bytes of a cursor that prove which list gave it."""

BAD_CURSOR = "`cursor` must be a next_cursor of this list, as it was given."


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list, which is ordered by time and then by id: what comes after it is older."""

    LENGTH: ClassVar[int] = 44
    """The characters of a cursor."""

    created_at: datetime
    id: UUID

    def cursor(self, caller: Caller) -> str:
        """Write this as an opaque cursor of the caller's."""
        packed = PLACE.pack((self.created_at - EPOCH) // MICROSECOND, self.id.bytes)
        return base64.urlsafe_b64encode(packed + _check(packed, caller)).decode("ascii")

    @classmethod
    def read(cls, cursor: str, caller: Caller) -> Self:
        """Read a cursor. Raises MalformedRequest, also for one that was changed or is somebody else's."""
        try:
            microseconds, debate_id = PLACE.unpack(base64.urlsafe_b64decode(cursor)[: PLACE.size])
            place = cls(EPOCH + microseconds * MICROSECOND, UUID(bytes=debate_id))
        except (ValueError, OverflowError, struct.error):
            raise MalformedRequest(BAD_CURSOR) from None
        if place.cursor(caller) != cursor:
            raise MalformedRequest(BAD_CURSOR)
        return place


NEWEST = Place(datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


def _check(packed: bytes, caller: Caller) -> bytes:
    """Return what a cursor that was changed by mistake lacks; it guards no secret, the query does."""
    return blake2b(packed + f"{caller.issuer} {caller.user_id}".encode(), digest_size=CHECK_BYTES).digest()


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
        raise MalformedRequest(f"`limit` must be a whole number from 1 to {MOST}.")
    return int(text)


def _status(text: str) -> Status:
    if text not in STATUSES:
        raise MalformedRequest(f"`status` must be one of {', '.join(STATUSES)}.")
    return text


async def page(postgres: Postgres, query: QueryParams, caller: Caller) -> DebateList:
    """Return the page of the caller's debates that the query asks for. Raises MalformedRequest."""
    limit = _limit(query.get("limit", str(LIMIT)))
    status = _status(query["status"]) if "status" in query else None
    after = Place.read(query["cursor"], caller) if "cursor" in query else NEWEST
    values = {"issuer": caller.issuer, "user_id": caller.user_id, "status": status, "most": limit + 1}
    records = await postgres.fetch_all(SQL["page"], **values, created_at=after.created_at, id=after.id)
    items = tuple(debate.read(record) for record in records[:limit])
    more = len(records) > limit
    last = items[-1] if more else None
    return DebateList(items=items, next_cursor=last and Place(last.created_at, last.id).cursor(caller))
