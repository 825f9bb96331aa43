"""Read the headers that Railway's proxy adds, and traceparent, into the fields of the access log."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping


class ProxyHeaders(TypedDict, total=False):
    """The headers that were sent in their proper form; `queue_ms` is how long the request waited for the process."""

    client_ip: str
    railway_request_id: str
    traceparent: str
    queue_ms: int


Field = Literal["client_ip", "railway_request_id", "traceparent"]

FORMS: dict[bytes, tuple[Field, re.Pattern[bytes]]] = {
    b"x-real-ip": ("client_ip", re.compile(rb"[0-9A-Fa-f.:]{2,45}")),
    b"x-railway-request-id": ("railway_request_id", re.compile(rb"[A-Za-z0-9_-]{1,64}")),
    b"traceparent": (
        "traceparent",  # https://www.w3.org/TR/trace-context
        re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"),
    ),
}

REQUEST_START, MILLISECONDS = b"x-request-start", re.compile(rb"(?:t=)?([0-9]{13})")
LONGEST_QUEUE_MS = 900_000
"""Railway's longest request. A longer wait means that the clocks differ or that a client made the header up."""


def read(headers: Mapping[bytes, bytes]) -> ProxyHeaders:
    """Return the fields whose headers have their proper form, leaving out all others."""
    fields = ProxyHeaders()
    for name, (field, form) in FORMS.items():
        if name in headers and form.fullmatch(headers[name]):
            fields[field] = headers[name].decode("ascii")
    if start := MILLISECONDS.fullmatch(headers.get(REQUEST_START, b"")):
        waited = round(time.time() * 1000) - int(start[1])
        if abs(waited) <= LONGEST_QUEUE_MS:
            fields["queue_ms"] = max(waited, 0)
    return fields
