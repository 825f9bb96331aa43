"""Say who is calling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> Response:
    """Answer with the Caller that the session token proves."""
    return Response(request.user.json, media_type="application/json")
