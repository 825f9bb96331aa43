"""Hooks for Schemathesis: requests as a client sends them, and a check that every response header is described."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, cast

import schemathesis

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "Idempotency-Key"
UNSAID = re.compile(
    "access-control-.*|cache-control|connection|content-.*|date|referrer-policy|server|transfer-encoding|vary"
    "|x-accel-buffering|x-content-type-options"
)
"""Headers that need no description: those for browsers, proxies and the connection."""


def before_call(_context: object, case: Any, _kwargs: object) -> None:
    """Replace each valid Idempotency-Key by a new one: a client uses a key for one body only."""
    headers: dict[str, str] = case.headers or {}
    if re.fullmatch(r"[!-~]{1,255}", str(headers.get(KEY, ""))):
        case.headers[KEY] = secrets.token_hex(16)


cast("Callable[[object], object]", schemathesis.hook)(before_call)  # its declared type is incomplete


@schemathesis.deserializer("text/html", "text/markdown")
def text(_context: object, response: Any) -> str:
    """Decode a body of text."""
    return response.content.decode()


@schemathesis.check
def every_header_is_described(_context: object, response: Any, case: Any) -> None:
    """Fail if a response has a header that its description in openapi.json does not list."""
    described = case.operation.definition.raw["responses"].get(str(response.status_code))
    if described is not None:
        names = {name.lower() for name in described["headers"]}
        found = [name for name in response.headers if not UNSAID.fullmatch(name.lower())]
        assert {name.lower() for name in found} <= names, f"{sorted(found)} are more than {sorted(names)}"
