"""Replay a debate's events, then follow it live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.debates import debate
from lib.streaming import formats, sse, websocket

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from lib.state import State


async def handle(request: Request[State]) -> sse.EventStream:
    """Answer with the events after the viewer's cursor, until the last one."""
    after, form = sse.cursor(request), formats.form(request)
    watched = await debate.owned(request.state["postgres"], request.user, request.path_params["debate_id"])
    return formats.stream(request.state, watched, request.user, after, form)


async def connect(socket: WebSocket[State]) -> None:
    """Send the same over a WebSocket."""
    await websocket.serve(socket)
