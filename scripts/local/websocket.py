"""A client that follows a debate to its end over WebSockets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidHandshake
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from lib.streaming import websocket
from scripts.local import clerk
from scripts.local.client import SILENCE_SECONDS, Away, Refused, resumed

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOCOL = Subprotocol(websocket.PROTOCOL)
ABNORMAL = 1006
RETRYABLE = {ABNORMAL, websocket.RESTART, websocket.TRY_LATER}


def follow(base_url: str, debate: dict[str, Any], user: str = clerk.USER) -> Iterator[dict[str, Any]]:
    """Yield every event once, over as many connections as needed, up to the terminal one. Raises Refused."""
    address = base_url.replace("http", "ws", 1) + debate["stream_url"]
    return resumed(lambda last: _connection(f"{address}?after={last}", user))


def auth(token: str) -> str:
    """Return the first message of a socket, which carries the session token."""
    return json.dumps({"type": "auth", "token": token})


def _connection(address: str, user: str) -> Iterator[dict[str, Any]]:
    origin = Origin(clerk.PARTY)
    try:
        with connect(
            address, origin=origin, subprotocols=[PROTOCOL], proxy=None, open_timeout=SILENCE_SECONDS
        ) as socket:
            socket.send(auth(clerk.token(user)))
            while True:
                yield json.loads(socket.recv())
    except ConnectionClosedOK:
        return
    except ConnectionClosedError as closed:
        code = closed.rcvd.code if closed.rcvd else ABNORMAL
        raise (Away if code in RETRYABLE else Refused)(f"the socket was closed with {code}") from closed
    except (OSError, InvalidHandshake, EOFError) as away:
        raise Away(str(away)) from away
