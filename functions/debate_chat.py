"""Hold a debate as a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.chat import ChatRequest
from lib.streaming import chat
from lib.web import body

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from lib.state import State


async def handle(request: Request[State]) -> Response:
    """Answer with the stream of the debate that the newest message asks for."""
    state, asked = request.state, await body.read(request, ChatRequest)
    return await chat.start(
        state["event_log"], state["queue"], state["model"], state["limits"], state["stream_limits"], request.user, asked
    )
