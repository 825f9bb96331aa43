"""Describe all functions to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.web.description import document

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from lib.state import State


async def handle(request: Request[State]) -> Response:
    """Answer with the page."""
    return document.DOCS.response(request)
