"""Watch the HTTP responses of a model's server: bound their length, see whether they finish, and close them."""

from __future__ import annotations

import asyncio
import contextlib
import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable

    from lib.autogen.provider import ResponseState

MOST_BYTES = 8_388_608
"""The most bytes of one response: far more than the longest turn, as each token takes some 300 bytes."""

END_SECONDS = 0.05
"""How long a response may take to end after its finish reason."""

FINISHED = re.compile(rb'"finish_reason": ?"')
"""A finish reason of any name; inside a text its quotation marks would be escaped."""

TAIL = 20
"""The bytes of one chunk in which FINISHED may begin that ends in the next."""


@dataclass(frozen=True, slots=True)
class _Watch:
    state: ResponseState
    responses: list[httpx.Response] = field(default_factory=list[httpx.Response])


_watch: ContextVar[_Watch] = ContextVar("watch")


@contextlib.asynccontextmanager
async def watched(state: ResponseState) -> AsyncGenerator[None]:
    """Update `state` by all responses in this context, and close them: AutoGen leaves that to the garbage collector."""
    watch = _Watch(state)
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)
        for response in watch.responses:
            await response.aclose()


async def on_response(response: httpx.Response) -> None:
    """Watch a response; a response hook of httpx's client."""
    if (watch := _watch.get(None)) is not None:
        watch.responses.append(response)
        response.stream = _WatchedStream(cast("httpx.AsyncByteStream", response.stream), watch.state)


class _WatchedStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, state: ResponseState) -> None:
        self._stream, self._state = stream, state
        self._chunks = aiter(stream)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received, tail = 0, b""
        async for chunk in self._chunks:
            received += len(chunk)
            if received > MOST_BYTES:
                self._state.endless = True
                raise httpx.RemoteProtocolError(f"the response has more than {MOST_BYTES:,} bytes")
            tail += chunk
            self._state.finished = self._state.finished or FINISHED.search(tail) is not None
            tail = tail[-TAIL:]
            yield chunk

    async def aclose(self) -> None:
        try:
            await self._read_to_the_end()
        finally:
            await _uninterrupted(self._stream.aclose())

    async def _read_to_the_end(self) -> None:
        """Read what follows the finish reason, so that the connection can be used again: openai would drop it."""
        if self._state.finished and not self._state.endless:
            with contextlib.suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    async for _ in self._chunks:
                        pass


async def _uninterrupted(closing: Awaitable[None]) -> None:
    """Await to the end even where the caller is cancelled: httpcore would lose the connection's place in the pool."""
    task = asyncio.ensure_future(closing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
