"""Speak HTTP/1.1 as uvicorn does, but bound a request's head, and answer one that cannot be read with a problem."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from lib.contract.problems import HeadTooLarge, MalformedRequest, Problem, RequestTimeout
from lib.web.server.slow_client import SlowClientGuard

if TYPE_CHECKING:
    from asyncio import BaseTransport, TimerHandle, Transport

MOST_HEAD_BYTES = 131_072
HEAD_SECONDS = 10.0
PARTING_SECONDS = 2.0
"""How long a client may go on to send what nobody reads any more, so that it can read why."""


class Http1Protocol(SlowClientGuard, HttpToolsProtocol):
    """One connection. What it refuses goes through the application, as the scope's `problem`, to be answered there."""

    _in_head = False
    _head_bytes = _read_bytes = 0
    _timer: TimerHandle | None = None
    _parting: TimerHandle | None = None
    _problem: Problem | None = None
    _refused = False

    def connection_made(self, transport: BaseTransport) -> None:
        """Give the client a time to send its first head."""
        super().connection_made(cast("Transport", transport))
        self.on_message_begin()  # what comes before any message can be refused, too
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timers."""
        self._forget_timer()
        if self._parting is not None:
            self._parting.cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def part(self) -> None:
        """Close, and let a client that is still sending read its answer: a reset would take that away.

        As RFC 9112, 9.6 describes it: close for writing, then read until the client closes, too.
        """
        if self.transport.is_closing() or not (self.cycle.more_body or self._refused):
            self.transport.close()
        elif self._parting is None:
            self._refused = True
            self.transport.write_eof()
            self._parting = self.loop.call_later(PARTING_SECONDS, self.transport.close)

    def on_response_complete(self) -> None:
        """Begin the next request, unless this was the last."""
        if self._parting is None:
            super().on_response_complete()
        else:
            self.flow.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Parse, as long as what is read can be answered."""
        if self._refused:
            return
        self._read_bytes = len(data)
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head:
            self._expect_head()
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(_too_large())

    def on_message_begin(self) -> None:
        """Begin to count, with what was read at once; most heads come whole, and take no time."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, self._read_bytes

    def on_headers_complete(self) -> None:
        """Serve the request, unless its head is too large."""
        self._in_head = False
        self._forget_timer()
        if self._head_bytes > MOST_HEAD_BYTES and self._head_size > MOST_HEAD_BYTES:
            self._problem = _too_large()
            raise self._problem
        super().on_headers_complete()
        if (cycle := cast("RequestResponseCycle | None", self.cycle)) is not None:  # none where it becomes a WebSocket
            cycle.transport = cast("Transport", _Line(self))

    @property
    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser, or a callback of it, raised."""
        self._refuse(self._problem or MalformedRequest(f"{msg} Send HTTP/1.1 as RFC 9112 describes it."))

    def _expect_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self._refuse_late)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse_late(self) -> None:
        if self._head_bytes:
            self._refuse(RequestTimeout(f"The head of the request did not arrive within {HEAD_SECONDS:.0f} s."))
        else:
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        """Answer with the problem and close; a request before this one that was read well is answered instead."""
        self._forget_timer()
        self._refused = True
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started or not cycle.more_body:
                cycle.keep_alive = False
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self.cycle = self._last_cycle({"method": "", "path": "", **self.scope, "problem": problem})
        self._start_asgi_task(self.cycle, cast("Any", self.app))

    def _last_cycle(self, scope: dict[str, Any]) -> RequestResponseCycle:
        return RequestResponseCycle(
            scope=cast("Any", scope),
            transport=cast("Transport", _Line(self)),
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )


class _Line:
    """What an answer is written to: its head goes out with what follows; its end is the protocol's to decide."""

    def __init__(self, protocol: Http1Protocol) -> None:
        self._protocol = protocol
        self._head = b""
        self.is_closing = protocol.transport.is_closing
        self.write = self._hold

    def close(self) -> None:
        """Write what is left, and part."""
        self._release()
        self._protocol.part()

    def _hold(self, head: bytes) -> None:
        self._head, self.write = head, self._release
        self._protocol.loop.call_soon(self._release)

    def _release(self, rest: bytes = b"") -> None:
        head, self._head = self._head, b""
        self.write = self._protocol.transport.write
        if head or rest:
            self.write(head + rest)


def _too_large() -> HeadTooLarge:
    return HeadTooLarge(f"The head of a request, its path and headers, may have {MOST_HEAD_BYTES} bytes.")
