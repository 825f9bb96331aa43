"""Answer with a result in the media type that the Accept header prefers (RFC 9110, 12.5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from lib.documents import transcript
from lib.documents.page import render
from lib.web.accept import preferred

if TYPE_CHECKING:
    from starlette.datastructures import Headers

    from lib.debates.result import Outcome

VARY = {"Vary": "accept"}


def answer(outcome: Outcome, headers: Headers) -> Response:
    """Return the result as JSON, as a transcript in Markdown, or as a page in HTML."""
    match preferred(headers, "application/json", "text/markdown", "text/html"):
        case "text/markdown":
            return PlainTextResponse(transcript.write(outcome), headers=VARY, media_type="text/markdown")
        case "text/html":
            return HTMLResponse(render.write(outcome), headers=VARY | render.HEADERS)
        case _:
            return JSONResponse(outcome.result.model_dump(mode="json", by_alias=True), headers=VARY)
