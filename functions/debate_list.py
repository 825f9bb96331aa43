"""List the caller's debates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from lib.debates import listing

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> JSONResponse:
    """Answer with one page of them, newest first."""
    page = await listing.page(request.state["postgres"], request.user, request.query_params)
    return JSONResponse(page.model_dump(mode="json"))
