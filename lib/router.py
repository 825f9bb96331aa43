"""Make the application of the functions that a process serves: routes, consumers of events, and their resources."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, cast

from starlette.requests import Request
from starlette.routing import Route, Router, WebSocketRoute
from starlette.websockets import WebSocket

from lib import manifest
from lib.process import logs
from lib.process.environment import Misconfigured
from lib.process.health import APP_VERSION, HealthChecks
from lib.process.monitoring import telemetry
from lib.process.shutdown import Shutdown
from lib.web import boundary
from lib.web.boundary import Boundary

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
    from uuid import UUID

    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from lib.manifest import Function
    from lib.process.resource import Resource
    from lib.state import State

    Handle = Callable[[Request[State]], Awaitable[Response]]
    Connect = Callable[[WebSocket[State]], Awaitable[None]]
    Consume = Callable[[UUID, State], Awaitable[None]]

VARIABLES = (
    manifest.FUNCTIONS,
    logs.LOG_LEVEL,
    APP_VERSION,
    telemetry.SENTRY_DSN,
    telemetry.OTEL_EXPORTER_OTLP_ENDPOINT,
    boundary.CORS_ORIGINS,
)
"""The environment variables that every process reads, whatever it serves."""


def _handle(function: Function, name: str = "handle") -> object:
    handle = getattr(import_module(function.module), name, None)
    if not callable(handle):
        place = function.module.replace(".", "/")
        raise Misconfigured(f"functions/manifest.toml: [{function.name}] module: {place}.py has no function `{name}`")
    return handle


class _Endpoint:
    """A handler as an ASGI application; Boundary handles what it raises, so Starlette need wrap nothing around it."""

    def __init__(self, function: Function) -> None:
        self._handle = cast("Handle", _handle(function))
        self._session = function.auth == "session"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request: Request[State] = Request(scope, receive, send)
        if self._session:
            scope["user"] = await request.state["clerk"].caller(request.headers)
        response = await self._handle(request)
        await response(scope, receive, send)


class _Socket:
    """A handler of WebSockets as an ASGI application; it authenticates after the handshake, by itself."""

    def __init__(self, function: Function) -> None:
        self._connect = cast("Connect", _handle(function, "connect"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._connect(WebSocket(scope, receive, send))


def _routes(function: Function) -> Iterator[BaseRoute]:
    path = function.path or ""
    yield Route(path, _Endpoint(function), methods=[function.method or ""], name=function.name)
    if function.websocket:
        yield WebSocketRoute(path, _Socket(function), name=function.name)


def _consumers(functions: Sequence[Function], state: State) -> dict[str, Callable[[UUID], Awaitable[None]]]:
    def consumer(function: Function) -> Callable[[UUID], Awaitable[None]]:
        handle = cast("Consume", _handle(function))
        return lambda debate_id: handle(debate_id, state)

    return {function.event: consumer(function) for function in functions if function.event}


def _resources(functions: Sequence[Function], environ: Mapping[str, str], shutdown: Shutdown) -> dict[str, Resource]:
    """Build the resources of the functions, in the order of RESOURCES; each gets its parameters by their names."""
    values: dict[str, Any] = {"environ": environ, "shutdown": shutdown}
    used = {name for function in functions for name in function.resources}
    built: dict[str, Resource] = {}
    for name, module in manifest.RESOURCES.items():
        if name in used:
            build = import_module(module).build
            parameters = signature(build).parameters.values()
            needed = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
            if missing := set(needed) - values.keys():
                raise Misconfigured(f"functions/manifest.toml: uses: {name} needs {', '.join(sorted(missing))}")
            built[name] = values[name] = build(*(values[other] for other in needed))
    return built


def application(functions: Sequence[Function], environ: Mapping[str, str]) -> Boundary:
    """Make the application that serves these functions. Raises Misconfigured."""
    shutdown = Shutdown()
    resources = _resources(functions, environ, shutdown)
    health = HealthChecks([function.name for function in functions], resources, environ)
    state = cast("State", {**resources, "health": health, "shutdown": shutdown})
    consumers = _consumers(functions, state)

    @contextlib.asynccontextmanager
    async def lifespan(_: object) -> AsyncGenerator[State]:
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(asyncio.to_thread, telemetry.close)
            for resource in resources.values():
                await stack.enter_async_context(resource)
            if consumers:
                await stack.enter_async_context(state["worker"].working(consumers))
            with shutdown.on_signals():
                yield state

    routes = [route for function in functions if function.path for route in _routes(function)]
    return Boundary(Router(routes, redirect_slashes=False, lifespan=lifespan), environ)


def app() -> Boundary:
    """Make the application that FUNCTIONS chooses. Where it is misconfigured: one line on stderr, and exit code 2."""
    try:
        logs.configure(os.environ)
        telemetry.configure(os.environ, APP_VERSION.read(os.environ))
        chosen = manifest.choose(manifest.read(), manifest.FUNCTIONS.read(os.environ))
        return application(chosen, os.environ)
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
