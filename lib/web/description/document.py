"""Serve the description of all functions, which scripts/generate writes, as it is."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

HERE = Path(__file__).parent
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STYLE = re.compile(rb"(?<=<style>).*?(?=</style>)", re.DOTALL)


def _styles(body: bytes) -> str:
    digests = (base64.b64encode(hashlib.sha256(style).digest()).decode() for style in STYLE.findall(body))
    return "".join(f"; style-src 'sha256-{digest}'" for digest in digests)


class Page:
    """A file that never changes while the process lives."""

    def __init__(self, name: str, media_type: str) -> None:
        """Read it; a browser that shows it lets nothing run or load but its own style."""
        self._body, self._media_type = (HERE / name).read_bytes(), media_type
        self._etag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'
        self._headers = {
            "ETag": self._etag,
            "Cache-Control": "public, max-age=300",
            "Content-Security-Policy": POLICY + _styles(self._body),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    def answer(self, request: Request[Any]) -> Response:
        """Answer with it, or with 304 where the client has it (RFC 9110, 13.1.2)."""
        held = (tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(","))
        if {self._etag, "*"} & set(held):
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, headers=self._headers, media_type=self._media_type)


DOCUMENT = Page("openapi.json", "application/json")
DOCS = Page("docs.html", "text/html")
