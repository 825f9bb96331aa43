"""The ASGI middleware that every request passes: request ids, CORS, problems for all errors, access log, spans."""

from __future__ import annotations

import logging
import os
import re
import time
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from lib.contract import problems
from lib.process.environment import Variable, origins
from lib.process.logs import request_id
from lib.process.monitoring import telemetry
from lib.web import problem_response, proxy_headers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CORS_ORIGINS = Variable("CORS_ORIGINS", "The origins whose pages may call this, comma separated", origins, ())

ALLOWED_HEADERS = (
    b"authorization, content-type, last-event-id, idempotency-key, x-request-id, traceparent, tracestate, baggage, "
    b"sentry-trace, cache-control, user-agent, x-requested-with"
)
EXPOSED_HEADERS = b"x-request-id, x-debate-id, location, retry-after"
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")

ORIGIN_REFUSED, INTERNAL_ERROR = 4403, 1011
"""Close codes (RFC 6455, 7.4) of a WebSocket from an origin that CORS_ORIGINS lacks, and after an error."""

FAILURES = {*range(500, 600), INTERNAL_ERROR}
"""The statuses and close codes with which a span counts as failed."""

access = logging.getLogger("access")
errors = logging.getLogger("error")


class Boundary:
    """Middleware around the router: nothing that the router raises gets past it.

    An HTTP response gets an X-Request-Id and CORS headers, an error becomes a problem (RFC 9457), and each request or
    WebSocket one access record and one span. `scope["app"]` is the Boundary.
    """

    def __init__(self, app: ASGIApp, environ: Mapping[str, str]) -> None:
        self._app = app
        self._origins = frozenset(origin.encode() for origin in CORS_ORIGINS.read(environ))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as ASGI 3.0 (https://asgi.readthedocs.io)."""
        scope["app"] = self
        match scope["type"]:
            case "http":
                await _HttpRequest(scope, receive, send, self._origins).serve(self._app)
            case "websocket":
                await _WebSocketConnection(scope, receive, send, self._origins).serve(self._app)
            case _:
                await self._app(scope, receive, send)


class _HttpRequest:
    """One request and its response."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, origins: frozenset[bytes]) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._status = self._bytes = 0
        headers: dict[bytes, bytes] = dict(scope["headers"])
        self._proxy_headers = proxy_headers.read(headers)
        given = headers.get(b"x-request-id", b"")
        self._id = given.decode() if REQUEST_ID.fullmatch(given) else os.urandom(16).hex()
        self._added_headers = [(b"x-request-id", self._id.encode())]
        origin = headers.get(b"origin")
        method = scope.get("method", "WEBSOCKET")
        self._method, self._origin, self._origin_allowed = method, origin, origin in origins
        self._preflight = origin is not None and method == "OPTIONS" and b"access-control-request-method" in headers
        if origins:
            self._added_headers.append((b"vary", b"origin"))
        if origin in origins:
            self._added_headers += [
                (b"access-control-allow-origin", origin),
                (b"access-control-expose-headers", EXPOSED_HEADERS),
            ]

    async def serve(self, app: ASGIApp) -> None:
        """Respond, whatever the application does, and write the access record."""
        start = time.perf_counter()
        token = request_id.set(self._id)
        with telemetry.span(self._method, "server", self._proxy_headers.get("traceparent")) as span:
            try:
                await self._dispatch(app)
            finally:
                self._describe(span)
                self._log_access(start)
                request_id.reset(token)

    async def _dispatch(self, app: ASGIApp) -> None:
        if "problem" in self._scope:  # lib.web.server.http1 could not parse the request
            await self._refuse(self._scope["problem"])
        else:
            await (self._respond_to_preflight() if self._preflight else self._run(app))

    async def _run(self, app: ASGIApp) -> None:
        try:
            await app(self._scope, self._receive, self._forward)
        except problems.Problem as problem:
            await self._refuse(problem)
        except HTTPException as error:
            await self._refuse(problem_response.from_router(error))
        except Exception:
            errors.exception("unhandled error")
            await self._refuse(problems.InternalError("The error was logged under this request_id; try again later."))

    async def _refuse(self, problem: problems.Problem) -> None:
        if self._status == 0:
            await problem_response.response(problem, self._id)(self._scope, self._receive, self._forward)

    async def _respond_to_preflight(self) -> None:
        headers = [
            (b"access-control-allow-methods", b"GET, POST, DELETE"),
            (b"access-control-allow-headers", ALLOWED_HEADERS),
            (b"access-control-max-age", b"600"),
        ]
        await self._forward({"type": "http.response.start", "status": 204, "headers": headers})
        await self._forward({"type": "http.response.body"})

    def _forward(self, message: Message) -> Awaitable[None]:
        # Not a coroutine function: each event of each stream passes through, and one more coroutine costs time.
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._added_headers]
        else:
            self._bytes += len(message.get("body", b""))
        return self._send(message)

    def _describe(self, span: telemetry.Span) -> None:
        route = self._route
        span.note(
            f"{self._method} {route}" if route else None,
            failed=self._status in FAILURES,
            http__request__method=self._method,
            http__route=route,
            http__response__status_code=self._status,
            request_id=self._id,
        )

    @property
    def _route(self) -> str | None:
        return getattr(self._scope.get("route"), "path", None)

    def _log_access(self, start: float) -> None:
        if access.isEnabledFor(logging.INFO):
            fields = self._access_fields(time.perf_counter() - start)
            # access.info() would walk the stack for the caller's line.
            access.handle(access.makeRecord(access.name, logging.INFO, __file__, 0, "request", (), None, extra=fields))

    def _access_fields(self, seconds: float) -> dict[str, object]:
        return {
            "method": self._method,
            "route": self._route,
            "status": self._status,
            "ms": round(seconds * 1000, 1),
            "bytes": self._bytes,
            "user_id": getattr(self._scope.get("user"), "user_id", None),
            **self._proxy_headers,
        }


class _WebSocketConnection(_HttpRequest):
    """One WebSocket, from a page of an allowed origin; its status is its close code."""

    _accepted = False

    async def _dispatch(self, app: ASGIApp) -> None:
        if self._origin_allowed or self._origin is None:  # a client that is no browser sends none
            await self._run(app)
        else:
            await self._close(ORIGIN_REFUSED, "this origin is not allowed")

    async def _refuse(self, problem: problems.Problem) -> None:
        if self._status == 0:
            await self._close(INTERNAL_ERROR, problem.title())

    async def _close(self, code: int, reason: str) -> None:
        if not self._accepted:
            # A browser takes a handshake that echoes none of its subprotocols for failed, and never reads the code.
            offered = next(iter(self._scope["subprotocols"]), None)
            await self._forward({"type": "websocket.accept", "subprotocol": offered})
        await self._forward({"type": "websocket.close", "code": code, "reason": reason})

    def _forward(self, message: Message) -> Awaitable[None]:
        match message["type"]:
            case "websocket.accept":
                self._accepted = True
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", self._id.encode())]
            case "websocket.close":
                self._status = message.get("code", 1000)
            case _:
                self._bytes += len(message.get("text") or b"")
        return self._send(message)
