"""Say what this process serves and how its resources are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> Response:
    """Answer 200 where everything is well, else 503."""
    health = await request.state["health"].look()
    return Response(health.json, 200 if health.status == "ok" else 503, media_type="application/json")
