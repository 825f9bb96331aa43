"""Cancel a debate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from lib.debates import cancel

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> JSONResponse:
    """Answer 202 with the debate, which no worker can go on with."""
    cancelled = await cancel.cancel(request.state["postgres"], request.user, request.path_params["debate_id"])
    return JSONResponse(cancelled.model_dump(mode="json"), 202)
