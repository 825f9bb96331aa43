"""A small HTTP client: it must use little CPU, because it shares the machine with what is measured."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

from scripts.local.bench.figure import Unmeasured
from scripts.local.websocket import PROTOCOL, auth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LOOPBACK = "127.0.0.1"
CONNECTIONS = 8
BUFFER_BYTES = 262_144
PATIENCE_SECONDS = 60
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
HEAD_END = b"\r\n\r\n"
BYTES = "latin-1"
"""The encoding that turns each byte into one character."""

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


def get(path: str, token: str | None = None, *, last: bool = False) -> bytes:
    """Return a GET request; with `last`, the server closes the connection after its answer."""
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    close = "Connection: close\r\n" if last else ""
    return f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\n{bearer}{close}\r\n".encode()


def post(path: str, token: str, body: bytes = b"") -> bytes:
    """Return a POST request with JSON."""
    head = f"POST {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nAuthorization: Bearer {token}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def websocket(path: str, token: str, origin: str) -> bytes:
    """Return an upgrade request (RFC 6455), followed by the message with the session token."""
    head = (
        f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {origin}\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n"
    )
    message = auth(token).encode()
    frame = b"\x81\xfe" + len(message).to_bytes(2) + bytes(4)  # FIN, text, a mask of zeros
    return head.encode() + frame + message


def connect(port: int) -> socket.socket:
    """Open a connection. Raises ConnectionRefusedError if no server listens."""
    connection = socket.create_connection((LOOPBACK, port), PATIENCE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send(port: int, requests: Iterable[bytes], connections: int = CONNECTIONS) -> int:
    """Send the requests, one at a time on each connection, and await the answers; return their number."""
    count = 0
    sockets = [connect(port) for _ in range(connections)]
    try:
        for batch in _batches(requests, connections):
            pairs = list(zip(sockets, batch, strict=False))
            for connection, request in pairs:
                connection.sendall(request)
            for connection, _ in pairs:
                await_answer(connection)
            count += len(batch)
    finally:
        for connection in sockets:
            connection.close()
    return count


def _batches(requests: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for request in requests:
        batch.append(request)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def await_head(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return the head of an answer, and the bytes after it. Raises Unmeasured for any status but 2xx and 101."""
    read = b""
    while HEAD_END not in read:
        if not (more := connection.recv(65_536)):
            raise Unmeasured("the server closed a connection before its answer")
        read += more
    if not read.startswith((b"HTTP/1.1 2", b"HTTP/1.1 101")):
        raise Unmeasured(f"the server answered {read[:500]!r}")
    head, _, rest = read.partition(HEAD_END)
    return head + b"\r\n", rest


def await_answer(connection: socket.socket) -> bytes:
    """Return the body of an answer. Raises Unmeasured if the status is not 2xx, or without a Content-Length."""
    head, body = await_head(connection)
    if not (length := LENGTH.search(head)):
        raise Unmeasured("the server did not say how long its answer is")
    while len(body) < int(length[1]):
        if not (more := connection.recv(65_536)):
            raise Unmeasured("the server closed a connection within its answer")
        body += more
    return body
