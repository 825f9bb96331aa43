"""Read what the edge says of a request in its headers, and the caller of the trace it belongs to, for the log."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping


class Said(TypedDict, total=False):
    """What was said in its proper form; `queue_ms` is how long the request waited for this process."""

    client_ip: str
    railway_request_id: str
    traceparent: str
    queue_ms: int


Name = Literal["client_ip", "railway_request_id", "traceparent"]

FORMS: dict[bytes, tuple[Name, re.Pattern[bytes]]] = {
    b"x-real-ip": ("client_ip", re.compile(rb"[0-9A-Fa-f.:]{2,45}")),
    b"x-railway-request-id": ("railway_request_id", re.compile(rb"[A-Za-z0-9_-]{1,64}")),
    b"traceparent": (
        "traceparent",  # https://www.w3.org/TR/trace-context
        re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"),
    ),
}

REQUEST_START, MILLISECONDS = b"x-request-start", re.compile(rb"(?:t=)?([0-9]{13})")
LONGEST_QUEUE_MS = 900_000
"""Where the difference is longer than the edge lets a request last, the clocks differ, or somebody made it up."""


def said(headers: Mapping[bytes, bytes]) -> Said:
    """Return what these headers say."""
    found = Said()
    for name, (key, form) in FORMS.items():
        if name in headers and form.fullmatch(headers[name]):
            found[key] = headers[name].decode("ascii")
    if start := MILLISECONDS.fullmatch(headers.get(REQUEST_START, b"")):
        waited = round(time.time() * 1000) - int(start[1])
        if abs(waited) <= LONGEST_QUEUE_MS:
            found["queue_ms"] = max(waited, 0)
    return found
