"""Send events over a WebSocket (RFC 6455) to whoever proves by the first message that the debate is theirs."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.websockets import WebSocketDisconnect

from lib.contract import strict_json
from lib.contract.problems import (
    DebateEnded,
    MalformedRequest,
    NotFound,
    Problem,
    SessionRequired,
    TooManyRequests,
    Unavailable,
)
from lib.debates import cancel, debate
from lib.event_log.entry import Interrupted
from lib.streaming import sse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.websockets import WebSocket

    from lib.contract.caller import Caller
    from lib.contract.debate import Debate
    from lib.event_log.feed import Batch
    from lib.state import State

PROTOCOL = "debate.v1"
AUTH_SECONDS = 5.0
"""How long a client may take to send its token."""

MOST_MESSAGES = 20
"""What a client may say in one connection; it has no reason to say more than two things."""

ENDED, UNSUPPORTED_DATA, FLOOD, RESTART, TRY_LATER = 1000, 1003, 1008, 1012, 1013
MALFORMED, NO_SESSION = 4400, 4401
CODES: dict[type[Problem], int] = {
    MalformedRequest: MALFORMED,
    SessionRequired: NO_SESSION,
    NotFound: 4404,
    TooManyRequests: 4429,
    Unavailable: TRY_LATER,
}
"""What a problem is called that has no answer to stand in (RFC 6455, 7.4.2: 4000 and more are an application's own)."""


class Closed(Exception):
    """The socket is to end with this code, and a word that tells more."""

    def __init__(self, code: int, reason: str = "") -> None:
        """Say how."""
        super().__init__(reason)
        self.code, self.reason = code, reason


async def serve(socket: WebSocket[State]) -> None:
    """Serve one socket from its handshake to its end."""
    offered = PROTOCOL in socket.scope["subprotocols"]
    try:
        await socket.accept(PROTOCOL if offered else None)
        ended = await _attend(socket) if offered else Closed(MALFORMED, f"offer the subprotocol {PROTOCOL}")
    except WebSocketDisconnect:
        return
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the client, or the server, closed it first
        await socket.close(ended.code, ended.reason)


async def _attend(socket: WebSocket[State]) -> Closed:
    """Let the client in, and send it events until there are no more; return how that ended."""
    try:
        with socket.state["viewers"].anteroom():
            caller = await _caller(socket)
        after = sse.cursor(socket)
        watched = await debate.owned(socket.state["postgres"], socket.path_params["debate_id"], caller)
        with socket.state["viewers"].admit(caller):
            return await _stream(socket, watched, after)
    except Closed as closed:
        return closed
    except tuple(CODES) as problem:
        return Closed(CODES[type(problem)], problem.reason or problem.title())


async def _caller(socket: WebSocket[State]) -> Caller:
    """Return who proves to be there within the time for it. Raises SessionRequired, Unavailable, Closed."""
    try:
        async with asyncio.timeout(AUTH_SECONDS):
            message = await _message(socket)
    except TimeoutError:
        raise Closed(NO_SESSION, "missing") from None
    match message:
        case {"type": "auth", "token": str(token)} if token.isascii():
            caller = await socket.state["clerk"].caller(Headers({"authorization": f"Bearer {token}"}))
        case _:
            raise Closed(NO_SESSION, "missing")
    socket.scope["user"] = caller
    return caller


async def _message(socket: WebSocket[State]) -> object:
    """Return the client's next message. Raises Closed, WebSocketDisconnect."""
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code", ENDED))
    text = received.get("text")
    if text is None:
        raise Closed(UNSUPPORTED_DATA, "send text")
    try:
        return strict_json.decode(text)
    except strict_json.NotStrict:
        raise Closed(MALFORMED, "send JSON") from None


async def _stream(socket: WebSocket[State], watched: Debate, after: int) -> Closed:
    """Send the events until they end, while the client may cancel the debate or go."""
    batches = socket.state["event_log"].follow(watched, after)
    sending = asyncio.create_task(_send(socket, batches))
    hearing = asyncio.create_task(_hear(socket, watched))
    try:
        done, _ = await asyncio.wait({sending, hearing}, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for task in (sending, hearing):
            task.cancel()
        await asyncio.gather(sending, hearing, return_exceptions=True)
        await batches.aclose()


async def _send(socket: WebSocket[State], batches: AsyncGenerator[Batch, None]) -> Closed:
    try:
        async for batch in batches:
            for entry in batch:
                await socket.send_text(entry.text)
    except Interrupted:
        return Closed(RESTART, "come again")
    return Closed(ENDED)


async def _hear(socket: WebSocket[State], watched: Debate) -> Closed:
    for _ in range(MOST_MESSAGES):
        if await _message(socket) != {"type": "cancel"}:
            return Closed(MALFORMED, "only cancel is understood here")
        with contextlib.suppress(DebateEnded):
            await cancel.cancel(socket.state["postgres"], str(watched.id), socket.scope["user"])
    return Closed(FLOOD, "too many messages")
