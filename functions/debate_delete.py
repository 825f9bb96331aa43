"""Delete a debate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from lib.debates import delete

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> Response:
    """Answer 204 once the content of the debate is erased."""
    await delete.delete(request.state["postgres"], request.user, request.path_params["debate_id"])
    return Response(status_code=204)
