"""Steer a debate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from lib.contract.debate import SteerRequest
from lib.debates import steer
from lib.web import body

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> JSONResponse:
    """Answer 202 with the debate, whose next turn reads the steer."""
    debate_id, asked = request.path_params["debate_id"], await body.read(request, SteerRequest)
    steered = await steer.steer(request.state["postgres"], request.user, debate_id, asked)
    return JSONResponse(steered.model_dump(mode="json"), 202)
