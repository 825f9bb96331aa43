"""Refuse the WebSocket handshakes that websockets refuses without an answer, before the connection is handed over.

uvicorn hears nothing of these (websockets.server.ServerProtocol.parse), so such a connection would stay open for ever
and the assertion of a second end of file would fail the shutdown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from websockets.http11 import MAX_LINE_LENGTH, MAX_NUM_HEADERS

from lib.contract.problems import HeadTooLarge, MalformedRequest, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATORS = len(b": \r\n")
REQUEST_LINE = len(b"GET  HTTP/1.1\r\n")


def refusal(method: bytes, url: bytes, headers: Sequence[tuple[bytes, bytes]]) -> Problem | None:
    """Return why a request, whose header names are in lower case, cannot open a WebSocket, or None if it can."""
    lengths = {value for name, value in headers if name == b"content-length"}
    if method != b"GET" or not url.isascii():
        return MalformedRequest("Open a WebSocket with GET and a path in ASCII (RFC 6455, 4.1).")
    if lengths - {b"0"} or any(name == b"transfer-encoding" for name, _ in headers):
        return MalformedRequest("Open a WebSocket with a request that has no body (RFC 6455, 4.1).")
    longest = max((len(name) + len(value) + SEPARATORS for name, value in headers), default=0)
    if len(headers) > MAX_NUM_HEADERS or max(longest, len(url) + REQUEST_LINE) > MAX_LINE_LENGTH:
        return HeadTooLarge(
            f"A WebSocket's handshake may have {MAX_NUM_HEADERS} headers; each, and its path, {MAX_LINE_LENGTH} bytes."
        )
    return None
