"""Send what no client sends: trailers, pipelines and handshakes without end, and bytes that keep a connection open."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
import uvicorn
from uvicorn.server import ServerState

from lib.web.server.websocket import WebSocketProtocol
from scripts.local import functions
from tests.support.http1 import HOST, answers, connected, exchange

if TYPE_CHECKING:
    import socket
    from collections.abc import Generator
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

    from scripts.local.functions import Serving

HASTY = """
import runpy, sys
from lib.web.server import http1, serve
serve.KEEP_ALIVE_SECONDS = 4
http1.HEAD_SECONDS = http1.UNREAD_SECONDS = 2.0
sys.argv[0] = "functions"
runpy.run_module("functions", run_name="__main__", alter_sys=True)
"""
"""Serves with shorter deadlines, so that a test of them is short."""

PATIENCE_SECONDS = 12
DRIBBLE_SECONDS = 0.25
GET = b"GET /health HTTP/1.1\r\n" + HOST
CHUNKED = GET + b"Transfer-Encoding: chunked\r\n"
KEY = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
UPGRADE = HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n" + KEY


@pytest.fixture
def health(log: Path) -> Generator[Serving]:
    arguments = ("-c", HASTY, "health", "--host", "127.0.0.1", "--port", "0")
    with functions.running(arguments, dict(os.environ), log) as serving:
        yield serving


def _stops(serving: Serving) -> int | None:
    os.kill(serving.pid, signal.SIGTERM)
    return serving.child.wait(functions.DRAIN_SECONDS)


@pytest.mark.parametrize(
    "rest",
    [b"0\r\n" + b"a:\r\n" * 300_000, b"0\r\na:" + b"x" * 1_000_000, b"1;" + b"x" * 1_000_000],
    ids=["trailers", "one trailer", "a chunk's extension"],
)
def test_what_is_sent_beside_a_body_is_bounded(health: Serving, rest: bytes) -> None:
    assert [status for status, _, _ in exchange(health, CHUNKED + b"\r\n", rest)][-1:] == [431]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (GET + b"a:\r\n" * 5_000 + b"\r\n", 431),
        (CHUNKED + b"\r\n0\r\n" + b"a:\r\n" * 5_000 + b"\r\n", 431),
        (CHUNKED + b"\r\n" + b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n", 400),
    ],
    ids=["headers", "trailers", "chunks"],
)
def test_a_flood_of_small_pieces_is_refused(health: Serving, sent: bytes, status: int) -> None:
    assert [status for status, _, _ in exchange(health, sent)][-1] == status


def test_a_trailer_is_no_header(health: Serving) -> None:
    ((status, headers, _),) = exchange(
        health, CHUNKED + b"Connection: close\r\n\r\n1\r\nx\r\n0\r\nX-Request-Id: mine\r\n\r\n"
    )
    assert (status, headers["x-request-id"] == "mine") == (200, False)


def test_a_connection_with_too_many_requests_is_closed_after_those_that_were_accepted(health: Serving) -> None:
    statuses = [status for status, _, _ in exchange(health, (GET + b"\r\n") * 5_000)]
    assert statuses == [200] * 17


def test_pipelines_cost_little_memory(health: Serving) -> None:
    exchange(health, GET + b"Connection: close\r\n\r\n")
    before = _resident(health)
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(connected(health)).sendall((GET + b"\r\n") * 7_000)
        exchange(health, GET + b"Connection: close\r\n\r\n")
        assert _resident(health) - before < 32 * 2**20


def _resident(serving: Serving) -> int:
    with open(f"/proc/{serving.pid}/statm") as statm:  # noqa: PTH123
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_broken_request_is_answered_after_those_before_it(health: Serving) -> None:
    broken = b"POST /health HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"
    assert [status for status, _, _ in exchange(health, (GET + b"\r\n") * 3 + broken)] == [200, 200, 200, 400]


def test_a_handshake_does_not_overtake_a_response(health: Serving) -> None:
    assert [status for status, _, _ in exchange(health, GET + b"\r\nGET / HTTP/1.1\r\n" + UPGRADE + b"\r\n")] == [200]


HANDSHAKES = {
    "half a body": (b"GET / HTTP/1.1\r\n" + UPGRADE + b"Content-Length: 9\r\n\r\nhalf", 400),
    "a whole body": (b"GET / HTTP/1.1\r\n" + UPGRADE + b"Content-Length: 4\r\n\r\nbody", 400),
    "chunks": (b"GET / HTTP/1.1\r\n" + UPGRADE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "another method": (b"POST / HTTP/1.1\r\n" + UPGRADE + b"\r\n", 400),
    "a path that is not ASCII": (b"GET /\xff HTTP/1.1\r\n" + UPGRADE + b"\r\n", 400),
    "many headers": (b"GET / HTTP/1.1\r\n" + UPGRADE + b"a: b\r\n" * 200 + b"\r\n", 431),
    "a long header": (b"GET / HTTP/1.1\r\n" + UPGRADE + b"Cookie: " + b"a" * 8_192 + b"\r\n\r\n", 431),
    "a long path": (b"GET /" + b"a" * 8_192 + b" HTTP/1.1\r\n" + UPGRADE + b"\r\n", 431),
}


@pytest.mark.parametrize(("handshake", "expected"), HANDSHAKES.values(), ids=HANDSHAKES)
def test_a_handshake_that_websockets_would_leave_open_is_refused(
    health: Serving, handshake: bytes, expected: int
) -> None:
    with connected(health) as connection:
        connection.sendall(handshake)
        ((status, _, _),) = answers(connection)
        assert status == expected
        assert _stops(health) == 0


def test_a_handshake_without_a_body_may_say_so(health: Serving) -> None:
    with connected(health) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + UPGRADE + b"Content-Length: 0\r\n\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 403 ")  # not 400: there only is no WebSocket at this path


def _seconds_open(connection: socket.socket, dribble: bytes) -> float:
    """Send the bytes again and again, and return how long the server keeps the connection."""
    start = time.monotonic()
    connection.settimeout(DRIBBLE_SECONDS)
    with contextlib.suppress(ConnectionError):
        while time.monotonic() - start < PATIENCE_SECONDS:
            connection.sendall(dribble)
            with contextlib.suppress(TimeoutError):
                if not connection.recv(65_536):
                    break
    return time.monotonic() - start


@pytest.mark.parametrize(
    ("sent", "dribble"),
    [
        (b"", b"\r\n"),
        (GET + b"\r\n", b"\r\n"),
        (GET + b"\r\n" + b"GET", b" "),
        (GET + b"Content-Length: 1000\r\n\r\n", b"x"),
        (CHUNKED + b"\r\n", b"1\r\nx\r\n"),
        (CHUNKED + b"\r\n0\r\n", b"a:\r\n"),
        (GET + b"Content-Length: 1000\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", b"x"),
    ],
    ids=["empty lines", "empty lines later", "a head", "a body", "chunks", "trailers", "another upgrade's body"],
)
def test_no_bytes_keep_a_connection_open(health: Serving, sent: bytes, dribble: bytes) -> None:
    with connected(health) as connection:
        connection.sendall(sent)
        assert _seconds_open(connection, dribble) < PATIENCE_SECONDS


def test_a_body_that_arrives_after_its_response_does_not_cost_the_connection(health: Serving) -> None:
    with connected(health) as connection, connection.makefile("rb") as stream:
        for _ in range(2):
            connection.sendall(GET + b"Content-Length: 4\r\n\r\nbo")
            assert stream.readline().startswith(b"HTTP/1.1 200 ")
            length = next(int(line[15:]) for line in iter(stream.readline, b"") if line.startswith(b"content-length:"))
            while stream.readline().strip():
                pass
            assert stream.read(length)
            connection.sendall(b"dy")


class Transport(asyncio.Transport):
    """Remembers what is written and whether it was closed."""

    def __init__(self) -> None:
        """Open."""
        super().__init__()
        self.written, self.closed = b"", False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Remember the bytes."""
        self.written += data

    def close(self) -> None:
        """Remember the end."""
        self.closed = True

    abort = close


async def _never_called(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError


@pytest.mark.parametrize(
    ("handshake", "status"),
    [(b"GET / HTTP/1.1\r\nContent-Length: 4\r\n\r\n", b""), (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200, b"431")],
)
def test_a_handshake_that_websockets_refuses_by_itself_ends_the_connection(handshake: bytes, status: bytes) -> None:
    async def speak() -> Transport:
        transport = Transport()
        protocol = WebSocketProtocol(uvicorn.Config(_never_called, log_config=None), ServerState(), {})
        protocol.connection_made(transport)
        protocol.data_received(handshake)
        assert transport.closed
        protocol.shutdown()
        protocol.connection_lost(None)
        return transport

    assert status in asyncio.run(speak()).written
