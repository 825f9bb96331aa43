"""Watch what a model's server sends: bound it, see whether it ended, and close it in any case."""

from __future__ import annotations

import asyncio
import contextlib
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, cast

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable

MOST_BYTES = 8_388_608
"""What one answer may have: far more than the longest turn, as each token travels in some 300 bytes."""

PARTING_SECONDS = 0.05
"""How long an answer that has said all may take to end."""

FINISHED = re.compile(rb'"finish_reason": ?"')
"""A last word, whatever it is; inside a text its quotation marks would be escaped."""

TAIL = 20


class Call:
    """What one attempt at a turn got from the server."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.finished = self.flooded = False
        self.responses: list[httpx.Response] = []


_call: ContextVar[Call] = ContextVar("call")


@contextlib.asynccontextmanager
async def call() -> AsyncGenerator[Call]:
    """Watch all that is asked in this context, and close it: AutoGen leaves that to the garbage collector."""
    watched = Call()
    token = _call.set(watched)
    try:
        yield watched
    finally:
        _call.reset(token)
        for response in watched.responses:
            await response.aclose()


async def watch(response: httpx.Response) -> None:
    """Watch a response, as a hook of httpx's client."""
    if (watched := _call.get(None)) is not None:
        watched.responses.append(response)
        response.stream = _Watched(cast("httpx.AsyncByteStream", response.stream), watched)


class _Watched(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, watched: Call) -> None:
        self._stream, self._call = stream, watched
        self._pieces = aiter(stream)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received, tail = 0, b""
        async for piece in self._pieces:
            received += len(piece)
            if received > MOST_BYTES:
                self._call.flooded = True
                raise httpx.RemoteProtocolError("the answer has no end")
            tail += piece
            self._call.finished = self._call.finished or FINISHED.search(tail) is not None
            tail = tail[-TAIL:]
            yield piece

    async def aclose(self) -> None:
        try:
            await self._read_to_the_end()
        finally:
            await _unbroken(self._stream.aclose())

    async def _read_to_the_end(self) -> None:
        """Read what comes after the last word, so that the connection serves the next turn: openai would drop it."""
        if self._call.finished and not self._call.flooded:
            with contextlib.suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(PARTING_SECONDS):
                    async for _ in self._pieces:
                        pass


async def _unbroken(closing: Awaitable[None]) -> None:
    """Await the end of it, also where this is cancelled: httpcore would never give the connection's place back."""
    task = asyncio.ensure_future(closing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
