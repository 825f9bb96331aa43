"""Start a debate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from lib.contract.debate import DebateRequest
from lib.debates import idempotency
from lib.web import body

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> JSONResponse:
    """Answer with the debate, once it is certain to run: 201, or 200 where the same request had started it before."""
    asked = await body.read(request, DebateRequest)
    opened = await request.state["opening"].open(asked, request.user, idempotency.key(request, asked))
    headers = {"Location": opened.debate.stream_url, "X-Debate-Id": str(opened.debate.id)}
    return JSONResponse(opened.debate.model_dump(mode="json"), 201 if opened.new else 200, headers)
