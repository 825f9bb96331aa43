"""Follow a debate to its end over WebSockets."""

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
CUT = 1006
COME_AGAIN = {CUT, websocket.RESTART, websocket.TRY_LATER}


def follow(base_url: str, debate: dict[str, Any], user: str = clerk.USER) -> Iterator[dict[str, Any]]:
    """Yield every event once, across as many connections as it takes, until the terminal one. Raises Refused."""
    address = base_url.replace("http", "ws", 1) + debate["stream_url"]
    return resumed(lambda last: _connection(f"{address}?after={last}", user))


def auth(token: str) -> str:
    """Return the message that proves whose a socket is."""
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
        code = closed.rcvd.code if closed.rcvd else CUT
        raise (Away if code in COME_AGAIN else Refused)(f"the socket was closed with {code}") from closed
    except (OSError, InvalidHandshake, EOFError) as away:
        raise Away(str(away)) from away
