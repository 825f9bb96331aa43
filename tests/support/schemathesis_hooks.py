"""Ask as a client does, and let nothing be answered that the description leaves out."""

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
"""The headers that are for browsers, proxies and the connection, and that no client of ours reads."""


def before_call(_context: object, case: Any, _kwargs: object) -> None:
    """Send no good Idempotency-Key twice, as no client does for two bodies."""
    headers: dict[str, str] = case.headers or {}
    if re.fullmatch(r"[!-~]{1,255}", str(headers.get(KEY, ""))):
        case.headers[KEY] = secrets.token_hex(16)


cast("Callable[[object], object]", schemathesis.hook)(before_call)  # whose own type says less


@schemathesis.deserializer("text/html", "text/markdown")
def text(_context: object, response: Any) -> str:
    """Take a body for the text that it is."""
    return response.content.decode()


@schemathesis.check
def every_header_is_described(_context: object, response: Any, case: Any) -> None:
    """Find each header that a client may read in the description of its answer."""
    described = case.operation.definition.raw["responses"].get(str(response.status_code))
    if described is not None:
        names = {name.lower() for name in described["headers"]}
        found = [name for name in response.headers if not UNSAID.fullmatch(name.lower())]
        assert {name.lower() for name in found} <= names, f"{sorted(found)} are more than {sorted(names)}"
