"""Serve openapi.json and docs.html, the generated files of lib/web/description."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

FOLDER = Path(__file__).parent
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STYLE = re.compile(rb"(?<=<style>).*?(?=</style>)", re.DOTALL)


class StaticDocument:
    """A generated file, read once; its Content-Security-Policy allows its own inline styles and nothing else."""

    def __init__(self, name: str, media_type: str) -> None:
        self._body, self._media_type = (FOLDER / name).read_bytes(), media_type
        self._etag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'
        self._headers = {
            "ETag": self._etag,
            "Cache-Control": "public, max-age=300",
            "Content-Security-Policy": POLICY + _style_sources(self._body),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    def response(self, request: Request[Any]) -> Response:
        """Return the file, or 304 if If-None-Match names its ETag (RFC 9110, 13.1.2)."""
        tags = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
        if {self._etag, "*"} & tags:
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, headers=self._headers, media_type=self._media_type)


def _style_sources(body: bytes) -> str:
    digests = (base64.b64encode(hashlib.sha256(style).digest()).decode() for style in STYLE.findall(body))
    return "".join(f"; style-src 'sha256-{digest}'" for digest in digests)


OPENAPI = StaticDocument("openapi.json", "application/json")
DOCS = StaticDocument("docs.html", "text/html")
