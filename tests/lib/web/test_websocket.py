"""Speak to a process in frames, as no WebSocket client would."""

from __future__ import annotations

import contextlib
import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from scripts.local import clerk, functions
from tests.support.processes import once
from tests.support.stream import start

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from scripts.local.functions import Serving

CONTINUATION, TEXT, CLOSE, PING = 0x0, 0x1, 0x8, 0x9
FINAL = 0x80
AWAY = "/debate-stream/00000000-0000-4000-8000-000000000000"


def _frame(opcode: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """Return a client's frame, masked with zeros."""
    first = opcode | (FINAL if final else 0)
    if len(payload) < 126:
        return bytes([first, 0x80 | len(payload), 0, 0, 0, 0]) + payload
    return bytes([first, 0x80 | 126]) + len(payload).to_bytes(2, "big") + bytes(4) + payload


def _auth(user: str = clerk.USER) -> bytes:
    return _frame(TEXT, json.dumps({"type": "auth", "token": clerk.token(user)}).encode())


@contextlib.contextmanager
def _open(serving: Serving, path: str = AWAY) -> Generator[socket.socket]:
    """Open a WebSocket."""
    address = urlsplit(serving.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=60) as connection:
        head = (
            f"GET {path} HTTP/1.1\r\nHost: x\r\nOrigin: {clerk.PARTY}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        )
        head += "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        connection.sendall(f"{head}Sec-WebSocket-Protocol: debate.v1\r\n\r\n".encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += connection.recv(1)
        assert answer.startswith(b"HTTP/1.1 101 ")
        yield connection


def _code(connection: socket.socket) -> int:
    """Read to the close frame, and return its code."""
    with connection.makefile("rb") as stream:
        while head := stream.read(2):
            length = head[1] if head[1] < 126 else int.from_bytes(stream.read(2), "big")
            payload = stream.read(length)
            if head[0] == FINAL | CLOSE:
                return int.from_bytes(payload[:2], "big")
    raise AssertionError("there was no close frame")


def _errors(log: Path) -> list[str]:
    return [line for line in log.read_text("utf-8").splitlines() if '"error"' in line or "critical" in line]


ILL = {
    "a flood of messages in one write": (_frame(TEXT, b"{}") * 50_000, 1008),
    "a flood of pings": (_frame(PING, b"x" * 125) * 5_000, 1008),
    "a message of pieces without end": (_frame(TEXT, final=False) + _frame(CONTINUATION, final=False) * 5_000, 1008),
    "text that is none": (_frame(TEXT, b"\xff"), 1007),
    "a piece of nothing": (_frame(CONTINUATION, b"x"), 1002),
    "a kind of frame that there is not": (_frame(0x3), 1002),
    "a frame that is not masked": (b"\x81\x01x", 1002),
    "pieces that are too long together": (
        _frame(TEXT, b"x" * 8_000, final=False) + _frame(CONTINUATION, b"x" * 8_000),
        1009,
    ),
    "a megabyte": (b"\x81\xff" + (1_000_000).to_bytes(8, "big") + bytes(4) + b"x" * 1_000_000, 1009),
}


@pytest.mark.parametrize("name", ILL)
@pytest.mark.parametrize("known", [False, True], ids=["before auth", "after auth"])
def test_tells_whoever_is_still_sending_why_it_ends(
    own_database: dict[str, str], log: Path, user: str, name: str, *, known: bool
) -> None:
    sent, code = ILL[name]
    with (
        functions.serving(own_database, log, "debate-start", "debate-stream") as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        path = start(http, user)["stream_url"]
        with _open(serving, path) as connection:
            connection.sendall((_auth(user) if known else b"") + sent)
            assert _code(connection) in ({code} if known else {code, 4401, 4400})
        assert once(lambda: '"WEBSOCKET"' in log.read_text("utf-8"))
    assert _errors(log) == []


def test_frames_before_the_handshake_is_over_end_the_connection(own_database: dict[str, str], log: Path) -> None:
    with functions.serving(own_database, log, "debate-stream") as serving:
        address = urlsplit(serving.url)
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=60) as connection:
            head = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            connection.sendall(head + b"Sec-WebSocket-Version: 12\r\n\r\n" + b"\xff" * 9_000)
            assert connection.recv(64).startswith(b"HTTP/1.1 4")
    assert _errors(log) == []


def test_no_log_has_the_query_of_a_socket(own_database: dict[str, str], log: Path) -> None:
    debug = own_database | {"LOG_LEVEL": "debug"}
    with (
        functions.serving(debug, log, "debate-stream") as serving,
        _open(serving, f"{AWAY}?token=secret") as connection,
    ):
        connection.sendall(_auth())
        assert _code(connection) == 4404
    written = log.read_text("utf-8")
    assert '"WEBSOCKET"' in written
    assert "secret" not in written
    assert "eyJ" not in written


def test_a_client_that_closes_in_mid_event_leaves_nothing(own_database: dict[str, str], log: Path, user: str) -> None:
    with (
        functions.serving(own_database | {"STREAMS_PER_USER": "1"}, log) as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        path = start(http, user)["stream_url"]
        for parting in (b"", _frame(CLOSE), _frame(CLOSE, b"\x03\xe8"), _frame(TEXT, b"half", final=False)):
            with _open(serving, path) as connection:
                connection.sendall(_auth(user))
                connection.recv(1)
                connection.sendall(parting)

            def let_in() -> bool:
                with _open(serving, path) as again:
                    again.sendall(_auth(user))
                    return again.recv(1) == bytes([FINAL | TEXT])

            assert once(let_in)
    assert _errors(log) == []
