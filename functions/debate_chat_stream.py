"""Resume the stream of a chat's debate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.streaming import chat

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from lib.state import State


async def handle(request: Request[State]) -> Response:
    """Answer with the whole stream again, or with 204 where the chat has no debate."""
    state, chat_id = request.state, request.path_params["chat_id"]
    return await chat.resume(state["postgres"], state["event_log"], state["stream_limits"], request.user, chat_id)
