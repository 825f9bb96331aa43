"""Speak the WebSocket protocol as uvicorn does, but bound what a client may say, and what it may leave unread."""

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
"""What a client may send in one connection: a word or two, and a ping or a pong now and then for ten minutes."""

_errors = logging.getLogger("uvicorn.error.websocket")
_errors.setLevel(logging.WARNING)  # its other records hold whole addresses, with whatever the client put there


class WebSocketProtocol(SlowClientGuard, WebSocketsSansIOProtocol):
    """One connection. Whoever says too much hears why; whoever takes nothing is let go."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        """Log no frame at any level, as the first one holds a token."""
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _errors
        self.conn.debug = False
        self._frames = 0

    def handle_events(self) -> None:
        """Act on what was read, unless it is more than anybody has a reason to say."""
        self._frames += len(self.conn.events)
        if self._frames > MOST_FRAMES:
            self._fail(CloseCode.POLICY_VIOLATION, "too many frames")
        else:
            super().handle_events()

    def send_receive_event_to_app(self) -> None:
        """Pass a message on, unless it should be text and is none."""
        try:
            if self.curr_msg_data_type == "text":
                b"".join(self.frames).decode()
        except UnicodeDecodeError:
            self._fail(CloseCode.INVALID_DATA, "send UTF-8")
        else:
            super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        """Answer, unless the client does not read its answers."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def keepalive_timeout(self) -> None:
        """Let go of a client that is not there; what the application still sends is sent to nobody."""
        super().keepalive_timeout()
        self._disconnect()

    def handle_parser_exception(self) -> None:
        """Say why this ends, and read on for a while: a reset would take that away from a client that is sending."""
        if self.conn.close_sent is None:  # there was no handshake yet
            self.transport.abort()
        elif not self.disconnected:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.write_eof()
            self._disconnect()
            self.transport.resume_reading()
            self.close_timer = self.close_timer or self.loop.call_later(self.close_timeout, self.transport.close)

    async def run_asgi(self) -> None:
        """Run the application, then see that the client takes what is left."""
        await super().run_asgi()
        if self in self.connections:
            self.transport.set_write_buffer_limits(0)

    def _fail(self, code: CloseCode, reason: str) -> None:
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    def _disconnect(self) -> None:
        self.close_sent = self.disconnected = True
        self.stop_keepalive()
        code = self.conn.close_sent.code if self.conn.close_sent else CloseCode.ABNORMAL_CLOSURE
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code})
