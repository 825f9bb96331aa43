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
AUTH_SECONDS = 5.0
"""How long a client may take to send its token."""

MOST_MESSAGES = 20
"""Messages of a client in one connection after the first; a client has no reason to send more than one `cancel`."""

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
    offered = PROTOCOL in socket.scope["subprotocols"]
    connection = _Connection(postgres, event_log, clerk, stream_limits, socket)
    try:
        await socket.accept(PROTOCOL if offered else None)
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
            with self._stream_limits.unauthenticated():
                caller = await self._authenticate()
            after = sse.cursor(self._socket)
            owned = await debate.owned(self._postgres, caller, self._socket.path_params["debate_id"])
            with self._stream_limits.open(caller):
                return await self._stream(caller, owned, after)
        except Close as close:
            return close
        except tuple(CODES) as problem:
            return Close(CODES[type(problem)], problem.reason or problem.title())

    async def _authenticate(self) -> Caller:
        """Return the caller that the first message proves, within AUTH_SECONDS. Raises SessionRequired, Unavailable."""
        try:
            async with asyncio.timeout(AUTH_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise Close(NO_SESSION, "missing") from None
        match message:
            case {"type": "auth", "token": str(token)} if token.isascii():
                caller = await self._clerk.caller(Headers({"authorization": f"Bearer {token}"}))
            case _:
                raise Close(NO_SESSION, "missing")
        self._socket.scope["user"] = caller  # for the access log
        return caller

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
        receiving = asyncio.create_task(self._cancel_on_request(caller, owned))
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

    async def _cancel_on_request(self, caller: Caller, owned: Debate) -> Close:
        for _ in range(MOST_MESSAGES):
            if await self._receive() != {"type": "cancel"}:
                return Close(MALFORMED, "only cancel is understood here")
            with contextlib.suppress(DebateEnded):
                await cancel.cancel(self._postgres, caller, str(owned.id))
        return Close(FLOOD, "too many messages")
