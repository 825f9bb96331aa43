"""Replay a debate's events, then follow it live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.debates import debate
from lib.streaming import formats, sse, websocket

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.websockets import WebSocket

    from lib.state import State


async def handle(request: Request[State]) -> Response:
    """Answer with the events after the viewer's cursor, or with 204 where none will follow."""
    state, format_, after = request.state, formats.read(request), sse.cursor(request)
    owned = await debate.owned(state["postgres"], request.user, request.path_params["debate_id"])
    return formats.stream(state["event_log"], state["stream_limits"], request.user, owned, after, format_)


async def connect(socket: WebSocket[State]) -> None:
    """Send the same events over a WebSocket."""
    state = socket.state
    await websocket.serve(state["postgres"], state["event_log"], state["clerk"], state["stream_limits"], socket)
