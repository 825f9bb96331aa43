"""Make a request that is sent twice count once (the Idempotency-Key header)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lib.contract.problems import MalformedRequest

if TYPE_CHECKING:
    from pydantic import BaseModel
    from starlette.requests import Request

VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Key:
    """What a client calls a request, and what tells that request from another."""

    text: str
    digest: str


def key(request: Request[Any], body: BaseModel) -> Key | None:
    """Return the key that the client chose, if it did, for this validated body. Raises MalformedRequest."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) > 1 or not VISIBLE.fullmatch(given[0]):
        raise MalformedRequest("Send one Idempotency-Key of 1 to 255 visible ASCII characters, or none.")
    return Key(given[0], digest(body))


def digest(body: BaseModel) -> str:
    """Return what tells a validated body from another."""
    # Without what is a default: a field that a later release adds must not make it another body.
    return hashlib.sha256(body.model_dump_json(exclude_defaults=True).encode()).hexdigest()
