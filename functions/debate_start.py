"""Start a debate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from lib import body
from lib.contract.debate import DebateRequest

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> JSONResponse:
    """Answer with the debate, once it is certain to run."""
    asked = await body.read(request, DebateRequest)
    debate = await request.state["opening"].open(asked, request.user)
    headers = {"Location": debate.stream_url, "X-Debate-Id": str(debate.id)}
    return JSONResponse(debate.model_dump(mode="json"), 201, headers)
