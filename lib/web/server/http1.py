"""Serve HTTP/1.1 with uvicorn's httptools protocol, with bounds on what is sent and problems as error responses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from lib.contract.problems import HeadTooLarge, MalformedRequest, Problem, RequestTimeout
from lib.web.server import upgrade
from lib.web.server.slow_client import SlowClientGuard

if TYPE_CHECKING:
    from asyncio import BaseTransport, TimerHandle, Transport

    from httptools import HttpRequestParser

MOST_HEAD_BYTES = 131_072
"""The most bytes of a request's head; more is answered 431."""

MOST_HEADERS = 1_000
"""The most headers and trailers of a request; more are answered 431. Each is a call, so a flood of them costs time."""

MOST_CHUNKS = 4_000
"""The most pieces in which a body may arrive; more are answered 400. Each is a call, too."""

HEAD_SECONDS = 10.0
"""How long a request's head may take to arrive."""

MOST_PIPELINED = 16
"""Requests of a connection that wait for the responses before theirs; the connection closes after the last of them."""

UNREAD_SECONDS = 10.0
"""How long a body may go on arriving after its response; KEEP_ALIVE_SECONDS begin when it is whole."""

LINGER_SECONDS = 2.0
"""How long a connection stays open for reading after its last response: input is discarded, so that the client, still
sending, can read the response."""


class Http1Protocol(SlowClientGuard, HttpToolsProtocol):
    """One connection. A request that cannot be parsed reaches the application with a Problem as scope["problem"].

    tests/lib/web/test_overridden.py fails when uvicorn changes a method that is overridden or relied upon.
    """

    _in_head = _in_body = _message_began = False
    _overhead_bytes = _chunk_bytes = _header_count = _chunk_count = 0
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
            if self._in_body:
                self._close_idle_at(self.loop.time() + UNREAD_SECONDS)
        else:
            self.flow.resume_reading()

    def data_received(self, data: bytes) -> None:
        if self._input_closed:
            return
        idle_timer, was_in_body = self.timeout_keep_alive_task, self._in_body
        self._chunk_bytes, self._message_began = len(data), False
        self._overhead_bytes += len(data)
        super().data_received(data)  # cancels idle_timer
        if self._in_head:
            self._start_head_timer()
        elif idle_timer is not None and not self._message_began:
            self.timeout_keep_alive_task = idle_timer
            body_ended = was_in_body and not self._in_body
            self._close_idle_at(self.loop.time() + self.timeout_keep_alive if body_ended else idle_timer.when())
        if self._overhead_bytes > MOST_HEAD_BYTES and not self._input_closed:
            self._refuse(_head_too_large())

    def _close_idle_at(self, when: float) -> None:
        """Move the end of a connection that waits for its next request, if uvicorn has set one."""
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = self.loop.call_at(when, self.timeout_keep_alive_handler)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # The parser does not say where in the chunk the head begins, so the whole chunk counts.
        self._in_head = self._message_began = True
        self._overhead_bytes, self._header_count, self._chunk_count = self._chunk_bytes, 0, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_count += 1
        if self._header_count > MOST_HEADERS:
            self._problem = HeadTooLarge(f"A request may have {MOST_HEADERS} headers and trailers.")
            raise self._problem
        if self._in_head:  # else a trailer, which nothing reads and which could be taken for a header
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        self._chunk_count += 1
        if self._chunk_count > MOST_CHUNKS:
            self._problem = MalformedRequest(f"A body may arrive in {MOST_CHUNKS} pieces; send larger ones.")
            raise self._problem
        super().on_body(body)
        self._overhead_bytes = 0

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_body, self._overhead_bytes = False, 0

    def on_headers_complete(self) -> None:
        head_bytes = self._overhead_bytes
        self._in_head, self._in_body, self._overhead_bytes = False, True, 0
        self._cancel_head_timer()
        self._problem = self._find_problem(head_bytes)
        if self._problem is not None:
            raise self._problem
        super().on_headers_complete()
        if (cycle := cast("RequestResponseCycle | None", self.cycle)) is not None:  # None for a WebSocket upgrade
            cycle.transport = cast("Transport", _ResponseWriter(self))

    def _find_problem(self, most_bytes: int) -> Problem | None:
        """Return why the request of the head that has arrived, of `most_bytes` or fewer, is not served."""
        if most_bytes > MOST_HEAD_BYTES and self._head_size > MOST_HEAD_BYTES:
            return _head_too_large()
        if len(self.pipeline) >= MOST_PIPELINED:
            return MalformedRequest(f"More than {MOST_PIPELINED} requests wait in this connection; wait for responses.")
        parser, cycle = cast("HttpRequestParser", self.parser), cast("RequestResponseCycle | None", self.cycle)
        if not (parser.should_upgrade() and self._should_upgrade()):
            return None
        if cycle is not None and not cycle.response_complete:
            return MalformedRequest("Open a WebSocket after the responses of its connection, or in another one.")
        return upgrade.refusal(parser.get_method(), self.url, self.headers)

    @property
    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def send_400_response(self, msg: str) -> None:
        # Also called for a Problem that on_headers_complete raised through the parser.
        self._refuse(self._problem or MalformedRequest(f"{msg} Send HTTP/1.1 as RFC 9112 describes it."))

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._end_late_head)

    def _cancel_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _end_late_head(self) -> None:
        if self._chunk_bytes:
            self._refuse(RequestTimeout(f"The head of the request did not arrive within {HEAD_SECONDS:.0f} s."))
        else:
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        """Respond with `problem` and close, or close after the responses to requests that were read whole before.

        Responses keep the order of their requests: a request that waits in the pipeline is replaced where it waits.
        """
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
        if self.pipeline:
            self.pipeline[0] = (self.cycle, cast("Any", self.app))  # appended on the left
        else:
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
