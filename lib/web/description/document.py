"""Serve openapi.json and docs.html, the generated files of lib/web/description."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from lib.web.page_headers import page_headers

if TYPE_CHECKING:
    from starlette.requests import Request

FOLDER = Path(__file__).parent
STYLE = re.compile(rb"(?<=<style>).*?(?=</style>)", re.DOTALL)


class StaticDocument:
    """A generated file, read once; its Content-Security-Policy allows its own inline styles and nothing else."""

    def __init__(self, name: str, media_type: str) -> None:
        self._body, self._media_type = (FOLDER / name).read_bytes(), media_type
        self._etag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'
        self._headers = {
            "ETag": self._etag,
            "Cache-Control": "public, max-age=300",
            **page_headers(STYLE.findall(self._body)),
        }

    def response(self, request: Request[Any]) -> Response:
        """Return the file, or 304 if If-None-Match names its ETag (RFC 9110, 13.1.2)."""
        tags = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
        if {self._etag, "*"} & tags:
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, headers=self._headers, media_type=self._media_type)


OPENAPI = StaticDocument("openapi.json", "application/json")
DOCS = StaticDocument("docs.html", "text/html")
