"""Send events over a WebSocket (RFC 6455), after its first message has proved who the client is."""

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
from lib.streaming.unauthenticated import client_address

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.websockets import WebSocket

    from lib.clerk.verifier import Verifier
    from lib.contract.caller import Caller
    from lib.contract.debate import Debate
    from lib.event_log.feed import Batch
    from lib.event_log.reader import Reader
    from lib.postgres.pool import Postgres
    from lib.state import State
    from lib.streaming.limits import StreamLimits

PROTOCOL = "debate.v1"
MOST_MESSAGES = 20
"""Messages of a client in one connection after the first; a client has no reason to send more than one `cancel`."""

AUTH_REQUIRED = '{"type":"auth.required","reason":"expired"}'
"""The answer to `cancel` after the token's exp; it is no event: it has no seq, and the stream goes on."""

ENDED, UNSUPPORTED_DATA, FLOOD, RESTART, TRY_LATER = 1000, 1003, 1008, 1012, 1013
MALFORMED, NO_SESSION = 4400, 4401
CODES: dict[type[Problem], int] = {
    MalformedRequest: MALFORMED,
    SessionRequired: NO_SESSION,
    NotFound: 4404,
    TooManyRequests: 4429,
    Unavailable: TRY_LATER,
}
"""The close code of each problem (RFC 6455, 7.4.2: an application's own are 4000 to 4999)."""


class Close(Exception):
    """The connection is to be closed with a code and a reason of at most 123 bytes (RFC 6455, 5.5.1)."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


async def serve(
    postgres: Postgres, event_log: Reader, clerk: Verifier, stream_limits: StreamLimits, socket: WebSocket[State]
) -> None:
    """Serve one connection from its handshake to its close."""
    subprotocols: list[str] = socket.scope["subprotocols"]
    offered = PROTOCOL in subprotocols
    connection = _Connection(postgres, event_log, clerk, stream_limits, socket)
    try:
        # Another one is echoed, too: else a browser takes the handshake for failed, and never reads the close code.
        await socket.accept(PROTOCOL if offered else next(iter(subprotocols), None))
        close = await connection.run() if offered else Close(MALFORMED, f"offer the subprotocol {PROTOCOL}")
    except WebSocketDisconnect:
        return
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the client, or the server, closed it first
        await socket.close(close.code, close.reason)


class _Connection:
    """An accepted connection: authenticates the client, sends the events of a debate, and receives `cancel`."""

    def __init__(
        self,
        postgres: Postgres,
        event_log: Reader,
        clerk: Verifier,
        stream_limits: StreamLimits,
        socket: WebSocket[State],
    ) -> None:
        self._postgres, self._event_log, self._clerk = postgres, event_log, clerk
        self._stream_limits, self._socket = stream_limits, socket

    async def run(self) -> Close:
        """Send events until there are no more, and return how to close. Raises WebSocketDisconnect."""
        try:
            caller = await self._authenticate(await self._receive_first())
            self._socket.scope["user"] = caller  # for the access log
            after = sse.cursor(self._socket)
            owned = await debate.owned(self._postgres, caller, self._socket.path_params["debate_id"])
            with self._stream_limits.open(caller):
                return await self._stream(caller, owned, after)
        except Close as close:
            return close
        except tuple(CODES) as problem:
            return Close(CODES[type(problem)], problem.reason or problem.title())

    async def _receive_first(self) -> object:
        """Return the first message. Raises Close, TooManyRequests, WebSocketDisconnect."""
        try:
            async with self._stream_limits.unauthenticated.waiting(client_address(self._socket.scope)):
                return await self._receive()
        except TimeoutError:
            raise Close(NO_SESSION, "missing") from None

    async def _authenticate(self, message: object) -> Caller:
        """Return the caller that an `auth` message proves. Raises Close, SessionRequired, Unavailable."""
        match message:
            case {"type": "auth", "token": str(token)} if token.isascii():
                return await self._clerk.caller(Headers({"authorization": f"Bearer {token}"}))
            case _:
                raise Close(NO_SESSION, "missing")

    async def _receive(self) -> object:
        """Return the client's next message. Raises Close, WebSocketDisconnect."""
        received = await self._socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", ENDED))
        text = received.get("text")
        if text is None:
            raise Close(UNSUPPORTED_DATA, "send text")
        try:
            return strict_json.decode(text)
        except strict_json.NotStrict:
            raise Close(MALFORMED, "send JSON") from None

    async def _stream(self, caller: Caller, owned: Debate, after: int) -> Close:
        """Send the events that follow the seq `after` until they end or the client closes the connection."""
        batches = self._event_log.follow(owned, after)
        sending = asyncio.create_task(self._send(batches))
        receiving = asyncio.create_task(self._serve_messages(caller, owned))
        try:
            done, _ = await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            for task in (sending, receiving):
                task.cancel()
            await asyncio.gather(sending, receiving, return_exceptions=True)
            await batches.aclose()

    async def _send(self, batches: AsyncGenerator[Batch, None]) -> Close:
        try:
            async for batch in batches:
                for entry in batch:
                    await self._socket.send_text(entry.text)
        except Interrupted:
            return Close(RESTART, "come again")
        return Close(ENDED)

    async def _serve_messages(self, caller: Caller, owned: Debate) -> Close:
        for _ in range(MOST_MESSAGES):
            match await self._receive():
                case {"type": "cancel"}:
                    await self._cancel(caller, owned)
                case {"type": "auth"} as message:
                    renewed = await self._authenticate(message)
                    if renewed.owner != caller.owner:
                        return Close(NO_SESSION, "another-user")
                    caller = renewed
                case _:
                    return Close(MALFORMED, "only cancel and auth are understood here")
        return Close(FLOOD, "too many messages")

    async def _cancel(self, caller: Caller, owned: Debate) -> None:
        """Cancel the debate if the caller's token is still valid, else say that a new one is required."""
        if self._clerk.has_expired(caller):
            await self._socket.send_text(AUTH_REQUIRED)
            return
        with contextlib.suppress(DebateEnded):
            await cancel.cancel(self._postgres, caller, str(owned.id))
