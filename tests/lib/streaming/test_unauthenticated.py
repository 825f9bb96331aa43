"""Open WebSockets that never say who they are."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from lib.streaming import unauthenticated, websocket
from scripts.local import clerk, functions
from scripts.local.websocket import auth

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from scripts.local.functions import Serving

NOBODY = "/debate-stream/00000000-0000-4000-8000-000000000000"
FEW = """
import runpy, sys
from lib.streaming import unauthenticated
unauthenticated.MOST, unauthenticated.AUTH_SECONDS = 60, 600
sys.argv[0] = "functions"
runpy.run_module("functions", run_name="__main__", alter_sys=True)
"""
"""Serves with room for fewer sockets, so that a test needs fewer, which wait longer."""

FEWER = 60
STRANGER, USER = "198.51.100.1", "203.0.113.9"


@pytest.fixture
def crowded(environment: dict[str, str], log: Path) -> Generator[Serving]:
    arguments = ("-c", FEW, "debate-stream", "--host", "127.0.0.1", "--port", "0")
    with functions.running(arguments, environment, log) as serving:
        yield serving


def _open(serving: Serving, address: str) -> contextlib.AbstractContextManager[ClientConnection]:
    return connect(
        serving.url.replace("http", "ws", 1) + NOBODY,
        origin=Origin(clerk.PARTY),
        subprotocols=[Subprotocol(websocket.PROTOCOL)],
        additional_headers={"X-Real-IP": address},
        proxy=None,
    )


def _close_code(socket: ClientConnection) -> tuple[int | None, str | None]:
    with contextlib.suppress(ConnectionClosed):
        socket.recv(timeout=30)
    return socket.close_code, socket.close_reason


def _is_let_in(socket: ClientConnection) -> bool:
    """Send a token; 4404 follows as the debate is not there, which nobody learns without one."""
    socket.send(auth(clerk.token()))
    return _close_code(socket)[0] == 4404


def test_silent_sockets_of_one_address_keep_nobody_out(crowded: Serving) -> None:
    with contextlib.ExitStack() as stack:
        user = stack.enter_context(_open(crowded, USER))
        silent = [stack.enter_context(_open(crowded, STRANGER)) for _ in range(FEWER + 20)]
        assert _close_code(silent[0]) == (4429, "sockets")
        assert _is_let_in(silent[-1])
        assert _is_let_in(user)
        assert _is_let_in(stack.enter_context(_open(crowded, USER)))


def test_silent_sockets_of_many_addresses_keep_nobody_out(crowded: Serving) -> None:
    with contextlib.ExitStack() as stack:
        addresses = [f"198.51.100.{number // 4}" for number in range(FEWER)]
        silent = [stack.enter_context(_open(crowded, address)) for address in addresses]
        user = stack.enter_context(_open(crowded, USER))
        assert _close_code(silent[0]) == (4429, "sockets")
        assert _is_let_in(user)
        assert _is_let_in(silent[-1])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], "10.0.0.1"),
        ([(b"x-real-ip", b"203.0.113.9")], "203.0.113.9"),
        ([(b"x-real-ip", b"not an address")], "10.0.0.1"),
        ([(b"x-real-ip", b"::::")], "::::"),
    ],
)
def test_a_connection_counts_for_its_address(headers: list[tuple[bytes, bytes]], expected: str) -> None:
    assert unauthenticated.client_address({"client": ("10.0.0.1", 1), "headers": headers}) == expected


def test_addresses_of_one_network_count_together() -> None:
    first, second, other = (
        unauthenticated.client_address({"client": (address, 1), "headers": []})
        for address in ("2001:db8:0:1::1", "2001:db8::1:ffff:0:0:1", "2001:db8:0:2::1")
    )
    assert first == second != other
