"""Answer with what came out of a debate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from lib.debates import result
from lib.documents import transcript
from lib.documents.page import render
from lib.web.accept import preferred

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State

VARY = {"Vary": "accept"}


async def handle(request: Request[State]) -> Response:
    """Answer with the turns and the verdict, or with a document to read where that is preferred."""
    outcome = await result.of(request.state["postgres"], request.user, request.path_params["debate_id"])
    match preferred(request.headers, "application/json", "text/markdown", "text/html"):
        case "text/markdown":
            return PlainTextResponse(transcript.write(outcome), headers=VARY, media_type="text/markdown")
        case "text/html":
            return HTMLResponse(render.write(outcome), headers=VARY | render.HEADERS)
        case _:
            return JSONResponse(outcome.result.model_dump(mode="json", by_alias=True), headers=VARY)
