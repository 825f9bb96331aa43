"""Answer with the result of a debate, so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.debates import result
from lib.documents import representation

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from lib.state import State


async def handle(request: Request[State]) -> Response:
    """Answer with turns, verdict and usage as JSON, or with a transcript or a page where Accept prefers one."""
    outcome = await result.read(request.state["postgres"], request.user, request.path_params["debate_id"])
    return representation.answer(outcome, request.headers)
