"""Say who is calling."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.requests import Request

    from lib.state import State


async def handle(request: Request[State]) -> JSONResponse:
    """Answer with the caller that the session token proves."""
    return JSONResponse(asdict(request.user))
