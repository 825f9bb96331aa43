"""Serve WebSockets with uvicorn's websockets protocol, with bounds on what a client sends and leaves unread."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

from lib.web.server.slow_client import SlowClientGuard

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from typing import Any

    from uvicorn.config import Config
    from uvicorn.server import ServerState

MOST_FRAMES = 1_000
"""Frames that a client may send in one connection: a few messages, and pings and pongs for ten minutes."""

_errors = logging.getLogger("uvicorn.error.websocket")
_errors.setLevel(logging.WARNING)  # uvicorn's info records hold the URL with its query


class WebSocketProtocol(SlowClientGuard, WebSocketsSansIOProtocol):
    """One connection. A client that breaks a bound is sent a close code before the connection ends.

    tests/lib/web/test_overridden.py fails when uvicorn or websockets changes a method that is overridden or relied
    upon.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _errors
        self.conn.debug = False  # websockets would log each frame, and the first holds a token
        self._frame_count = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.eof_sent and not self.handshake_initiated:
            # websockets has refused the handshake without an event; lib.web.server.upgrade knows the reasons.
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def shutdown(self) -> None:
        if self.conn.eof_sent and not self.handshake_complete:
            self.transport.abort()
        else:
            super().shutdown()

    def handle_events(self) -> None:
        self._frame_count += len(self.conn.events)
        if self._frame_count > MOST_FRAMES:
            self._fail(CloseCode.POLICY_VIOLATION, "too many frames")
        else:
            super().handle_events()

    def send_receive_event_to_app(self) -> None:
        # uvicorn logs invalid UTF-8 as an error of the server.
        try:
            if self.curr_msg_data_type == "text":
                b"".join(self.frames).decode()
        except UnicodeDecodeError:
            self._fail(CloseCode.INVALID_DATA, "send UTF-8")
        else:
            super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        # A client that does not read gets no pongs: each would grow the write buffer.
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._disconnect()

    def handle_parser_exception(self) -> None:
        # As uvicorn's, but keeps reading until the client closes or `close_timeout` passes: closing with unread input
        # sends a reset, which may destroy the close frame before the client reads it.
        if self.conn.close_sent is None:  # the handshake is not over
            self.transport.abort()
        elif not self.disconnected:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.write_eof()
            self._disconnect()
            self.transport.resume_reading()
            self.close_timer = self.close_timer or self.loop.call_later(self.close_timeout, self.transport.close)

    async def run_asgi(self) -> None:
        await super().run_asgi()
        if self in self.connections:
            # Any byte left in the buffer counts as paused, so that SlowClientGuard watches the rest.
            self.transport.set_write_buffer_limits(0)

    def _fail(self, code: CloseCode, reason: str) -> None:
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    def _disconnect(self) -> None:
        """Tell the application that the client is gone, and drop what the application still sends."""
        self.close_sent = self.disconnected = True
        self.stop_keepalive()
        code = self.conn.close_sent.code if self.conn.close_sent else CloseCode.ABNORMAL_CLOSURE
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code})
