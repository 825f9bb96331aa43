"""Follow a debate to its end over WebSockets."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidHandshake
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from scripts.local import clerk
from scripts.local.client import PATIENCE_SECONDS, PAUSE_SECONDS, SILENCE_SECONDS, TERMINAL, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOCOL = Subprotocol("debate.v1")
COME_AGAIN = {1006, 1012, 1013}
"""Cut, replaced, or away for the moment."""


def follow(base_url: str, debate: dict[str, Any], user: str = clerk.USER) -> Iterator[dict[str, Any]]:
    """Yield every event once, across as many connections as it takes, until the terminal one. Raises Refused."""
    last, patience = 0, time.monotonic() + PATIENCE_SECONDS
    address = base_url.replace("http", "ws", 1) + debate["stream_url"]
    while True:
        try:
            for event in _connection(f"{address}?after={last}", user):
                yield event
                last, patience = event["seq"], time.monotonic() + PATIENCE_SECONDS
                if event["type"] in TERMINAL:
                    return
        except ConnectionClosedError as cut:
            if _code(cut) not in COME_AGAIN or time.monotonic() > patience:
                raise Refused(f"the socket was closed with {_code(cut)}") from cut
        except (OSError, InvalidHandshake, EOFError) as away:
            if time.monotonic() > patience:
                raise Refused(str(away)) from away
        time.sleep(PAUSE_SECONDS)


def _code(cut: ConnectionClosedError) -> int:
    return cut.rcvd.code if cut.rcvd else 1006


def _connection(address: str, user: str) -> Iterator[dict[str, Any]]:
    origin = Origin(clerk.PARTY)
    with connect(address, origin=origin, subprotocols=[PROTOCOL], proxy=None, open_timeout=SILENCE_SECONDS) as socket:
        socket.send(json.dumps({"type": "auth", "token": clerk.token(user)}))
        try:
            while True:
                yield json.loads(socket.recv())
        except ConnectionClosedOK:
            return
