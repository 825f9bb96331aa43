"""Send events as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Protocol

from starlette.responses import Response

from lib.contract.problems import MalformedRequest
from lib.event_log.entry import Interrupted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Mapping
    from contextlib import AbstractContextManager

    from starlette.requests import HTTPConnection
    from starlette.types import Receive, Scope, Send

OPEN = b": open\n"
PING = b": ping\n"
"""Comments without an empty line after them, which some readers would take for the end of a message without data."""

RECONNECT = b"event: stream.reconnect\ndata: {}\n\n"

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
}
LARGEST_SEQ = 2**31 - 1
"""The largest seq, that of PostgreSQL's int."""


class Frames(Protocol):
    """A batch of events; `sse` is their frames, encoded once for all viewers, and empty for a ping."""

    sse: bytes


def cursor(request: HTTPConnection[Any]) -> int:
    """Return the seq of the viewer's last event: Last-Event-ID, else ?after= or ?lastEventId=, else 0.

    The last is what polyfills of EventSource send. Raises MalformedRequest.
    """
    query = request.query_params
    named = (request.headers.get("last-event-id"), query.get("after"), query.get("lastEventId"))
    checked = [_seq(given) for given in named if given is not None]  # all of them: a bad one is never ignored
    return checked[0] if checked else 0


def _seq(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_SEQ)) and int(text) <= LARGEST_SEQ):
        raise MalformedRequest(
            f"Last-Event-ID, ?after= or ?lastEventId= must be an event's id: a whole number from 0 to {LARGEST_SEQ}."
        )
    return int(text)


class EventStream(Response):
    """The response that streams batches, each with one write; Interrupted becomes the event `stream.reconnect`."""

    def __init__(
        self,
        batches: AsyncGenerator[Frames, None],
        headers: Mapping[str, str],
        counted: AbstractContextManager[object],
    ) -> None:
        """Send `headers` beside HEADERS; `counted` (StreamLimits.open) is left when the stream ends."""
        super().__init__(headers={**HEADERS, **headers})
        del self.headers["content-length"]
        self._batches, self._counted = batches, counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as an ASGI 3 application, until the batches end or the viewer disconnects."""
        with self._counted:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with contextlib.aclosing(self._batches), asyncio.TaskGroup() as group:
            if scope["method"] == "HEAD":
                await _end(send)
                return
            # A task of its own: an event resumes all coroutines of the task that waits for it, here the fewest.
            streaming = group.create_task(self._stream(send))
            while (await receive())["type"] != "http.disconnect":
                pass
            streaming.cancel()

    async def _stream(self, send: Send) -> None:
        await _write(send, OPEN)
        try:
            async for batch in self._batches:
                await _write(send, batch.sse or PING)
        except Interrupted:
            await _write(send, RECONNECT)
        await _end(send)  # the server then sends http.disconnect, which ends the loop of _serve


def _write(send: Send, body: bytes) -> Awaitable[None]:
    return send({"type": "http.response.body", "body": body, "more_body": True})


def _end(send: Send) -> Awaitable[None]:
    return send({"type": "http.response.body", "body": b""})
