"""Serve the description of all functions, which scripts/generate writes, as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

HERE = Path(__file__).parent


class Page:
    """A file that never changes while the process lives."""

    def __init__(self, name: str, media_type: str, policy: str) -> None:
        """Read it, to be shown under this content security policy."""
        self._body, self._media_type = (HERE / name).read_bytes(), media_type
        self._etag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'
        self._headers = {
            "ETag": self._etag,
            "Cache-Control": "public, max-age=300",
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
        }

    def answer(self, request: Request[Any]) -> Response:
        """Answer with it, or with 304 where the client has it (RFC 9110, 13.1.2)."""
        held = (tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(","))
        if {self._etag, "*"} & set(held):
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, headers=self._headers, media_type=self._media_type)


DOCUMENT = Page("openapi.json", "application/json", "default-src 'none'")
DOCS = Page("docs.html", "text/html", "default-src 'none'; style-src 'unsafe-inline'")
