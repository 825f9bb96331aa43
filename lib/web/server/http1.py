"""Serve HTTP/1.1 with uvicorn's httptools protocol, with bounds on a request's head and problems as error responses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from lib.contract.problems import HeadTooLarge, MalformedRequest, Problem, RequestTimeout
from lib.web.server.slow_client import SlowClientGuard

if TYPE_CHECKING:
    from asyncio import BaseTransport, TimerHandle, Transport

MOST_HEAD_BYTES = 131_072
"""The most bytes of a request's head; more is answered 431."""

HEAD_SECONDS = 10.0
"""How long a request's head may take to arrive."""

LINGER_SECONDS = 2.0
"""How long a connection stays open for reading after its last response: input is discarded, so that the client, still
sending, can read the response."""


class Http1Protocol(SlowClientGuard, HttpToolsProtocol):
    """One connection. A request that cannot be parsed reaches the application with a Problem as scope["problem"].

    tests/lib/web/test_overridden.py fails when uvicorn changes a method that is overridden or relied upon.
    """

    _in_head = False
    _head_bytes = _chunk_bytes = 0
    _head_timer: TimerHandle | None = None
    _linger_timer: TimerHandle | None = None
    _problem: Problem | None = None
    _input_closed = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(cast("Transport", transport))
        self.on_message_begin()  # so that bytes which begin no message have a scope to be refused with
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_head_timer()
        if self._linger_timer is not None:
            self._linger_timer.cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def close_after_response(self) -> None:
        """Close; if the client is still sending, close for writing only and discard its input for LINGER_SECONDS.

        Closing with unread input sends a reset, which may destroy the response before the client reads it (RFC 9112,
        9.6).
        """
        if self.transport.is_closing() or not (self.cycle.more_body or self._input_closed):
            self.transport.close()
        elif self._linger_timer is None:
            self._input_closed = True
            self.transport.write_eof()
            self._linger_timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def on_response_complete(self) -> None:
        if self._linger_timer is None:
            super().on_response_complete()
        else:
            self.flow.resume_reading()

    def data_received(self, data: bytes) -> None:
        if self._input_closed:
            return
        self._chunk_bytes = len(data)
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head:
            self._start_head_timer()
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(_head_too_large())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # The parser does not say where in the chunk the head begins, so the whole chunk counts.
        self._in_head, self._head_bytes = True, self._chunk_bytes

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._cancel_head_timer()
        if self._head_bytes > MOST_HEAD_BYTES and self._head_size > MOST_HEAD_BYTES:
            self._problem = _head_too_large()
            raise self._problem
        super().on_headers_complete()
        if (cycle := cast("RequestResponseCycle | None", self.cycle)) is not None:  # None for a WebSocket upgrade
            cycle.transport = cast("Transport", _ResponseWriter(self))

    @property
    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def send_400_response(self, msg: str) -> None:
        # Also called for a HeadTooLarge that on_headers_complete raised through the parser.
        self._refuse(self._problem or MalformedRequest(f"{msg} Send HTTP/1.1 as RFC 9112 describes it."))

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._end_late_head)

    def _cancel_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _end_late_head(self) -> None:
        if self._head_bytes:
            self._refuse(RequestTimeout(f"The head of the request did not arrive within {HEAD_SECONDS:.0f} s."))
        else:
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        """Respond with `problem` and close, or close after the response to a request that was read whole before."""
        self._cancel_head_timer()
        self._input_closed = True
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started or not cycle.more_body:
                cycle.keep_alive = False
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self.cycle = self._problem_cycle({"method": "", "path": "", **self.scope, "problem": problem})
        self._start_asgi_task(self.cycle, cast("Any", self.app))

    def _problem_cycle(self, scope: dict[str, Any]) -> RequestResponseCycle:
        return RequestResponseCycle(
            scope=cast("Any", scope),
            transport=cast("Transport", _ResponseWriter(self)),
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


class _ResponseWriter:
    """The transport of one response: sends head and first body chunk in one write, and leaves closing to Http1Protocol.

    One write saves a system call and a packet for each response.
    """

    def __init__(self, protocol: Http1Protocol) -> None:
        self._protocol = protocol
        self._head = b""
        self.is_closing = protocol.transport.is_closing
        self.write = self._hold

    def close(self) -> None:
        """Send what is held back, then close by Http1Protocol.close_after_response."""
        self._flush()
        self._protocol.close_after_response()

    def _hold(self, head: bytes) -> None:
        self._head, self.write = head, self._flush
        self._protocol.loop.call_soon(self._flush)

    def _flush(self, body: bytes = b"") -> None:
        head, self._head = self._head, b""
        self.write = self._protocol.transport.write
        if head or body:
            self.write(head + body)


def _head_too_large() -> HeadTooLarge:
    return HeadTooLarge(f"The head of a request, its path and headers, may have {MOST_HEAD_BYTES} bytes.")
