"""Start a debate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from lib.contract.debate import DebateRequest
from lib.debates import idempotency, start
from lib.web import body

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> JSONResponse:
    """Answer 201 with the debate, or 200 where the same request had started it before."""
    state, asked = request.state, await body.read(request, DebateRequest)
    key = idempotency.key(request, asked)
    started = await start.start(state["queue"], state["model"], state["limits"], request.user, asked, key)
    headers = {"Location": started.debate.stream_url, "X-Debate-Id": str(started.debate.id)}
    return JSONResponse(started.debate.model_dump(mode="json"), 201 if started.new else 200, headers)
