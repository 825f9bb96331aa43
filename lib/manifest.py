"""Read functions/manifest.toml, the list of functions, and check it before anything starts."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from lib.process.environment import Misconfigured, Variable, items

if TYPE_CHECKING:
    from collections.abc import Iterable

FUNCTIONS = Variable("FUNCTIONS", "The functions that this process serves, comma separated; empty for all", items, ())

MANIFEST = Path(__file__).parent.parent / "functions" / "manifest.toml"

RESOURCES: dict[str, str] = {
    "clerk": "lib.clerk.verifier",
    "postgres": "lib.postgres.pool",
    "event_log": "lib.event_log.reader",
    "appender": "lib.event_log.appenders",
    "queue": "lib.queue.producer",
    "worker": "lib.queue.worker",
    "autogen": "lib.autogen.speaker",
    "model": "lib.agents.model",
    "limits": "lib.debates.limits",
    "stream_limits": "lib.streaming.limits",
    "moderator": "lib.moderator.moderator",
    "sweep": "lib.debates.sweep",
}
"""The resources that `uses` may name, each with the module whose `build` makes it; built and entered in this order."""

MODELS = (
    "ChatRequest",
    "Caller",
    "Debate",
    "DebateEvent",
    "DebateList",
    "DebateRequest",
    "DebateResult",
    "Health",
    "SteerRequest",
)
"""The models of lib/contract that `request`, `response` and `events` may name."""

PROBLEMS = (
    "ContentNotFinancial",
    "DebateDeleted",
    "DebateEnded",
    "DebateLive",
    "IdempotencyKeyReused",
    "InvalidRequest",
    "MalformedRequest",
    "ModelNotConfigured",
    "NotFound",
    "TooManyRequests",
    "Unavailable",
)
"""The classes of lib/contract/problems.py that `problems` may name: those that not every function may answer."""

EVENTS = ("debate.queued",)

ALWAYS_SERVED = ("health", "openapi", "docs")
HEALTH = ALWAYS_SERVED[0]


@dataclass(frozen=True, slots=True)
class Function:
    """One table of functions/manifest.toml: a route (`method` and `path`), or the consumer of an `event`.

    A consumer has the keys `event`, `auth`, `uses` and `summary` only. Each key but `name` is a key of the table.
    """

    name: str
    """The table's name, which is the public name; the module is functions/<name with underscores>.py."""

    auth: Literal["session", "none"]
    """Required. `session`: the router verifies a Clerk session first, and the handler finds its Caller in `user`."""

    uses: tuple[str, ...]
    """Required. The resources that the handler finds in its state; entered at the start, pinged by health."""

    summary: str
    """Required. What the function does, for README, OpenAPI and /docs."""

    method: Literal["GET", "POST", "DELETE"] | None = None
    """Required for a route."""

    path: str | None = None
    """Required for a route: `/words/{name}`; the handler finds `name` in `path_params`, as text."""

    event: str | None = None
    """The type of the event whose jobs the handler runs; needs `worker` in `uses`."""

    request: str | None = None
    """The model of the JSON body."""

    response: str | None = None
    """The model of the JSON answer; none for a stream or an answer without a body."""

    events: str | None = None
    """The model of the events, where the answer is a stream of server-sent events."""

    status: int | None = None
    """Required for a route: the status of a success, 200 to 299."""

    query: tuple[str, ...] = ()
    """The query parameters that the handler reads, for OpenAPI."""

    headers: tuple[str, ...] = ()
    """The request headers that the handler reads, for OpenAPI."""

    problems: tuple[str, ...] = ()
    """The problems that the handler may answer beside those of every route, for OpenAPI."""

    also: tuple[str, ...] = ()
    """Further successful answers, for OpenAPI: `<status>` or `<status> <media type>`."""

    websocket: bool = False
    """Whether the module also has a handler `connect` for WebSockets at `path`; it authenticates by itself."""

    @property
    def module(self) -> str:
        """The module of the handler."""
        return "functions." + self.name.replace("-", "_")

    @property
    def resources(self) -> frozenset[str]:
        """The resources that the function needs: `uses`, and clerk where it takes a session."""
        return frozenset[str]({*self.uses, *(("clerk",) if self.auth == "session" else ())})


ALWAYS = ("auth", "uses", "summary")
ROUTED = ("method", "path", "status")
KINDS: dict[str, type] = {
    **dict.fromkeys(("method", "path", "event", "auth", "request", "response", "events", "summary"), str),
    **dict.fromkeys(("uses", "query", "headers", "problems", "also"), list),
    "status": int,
    "websocket": bool,
}
FORMS = {str: "text", list: "a list of text", int: "a whole number", bool: "true or false"}
CHOICES: dict[str, tuple[str, ...]] = {
    "auth": ("session", "none"),
    "method": ("GET", "POST", "DELETE"),
    "event": EVENTS,
    "request": MODELS,
    "response": MODELS,
    "events": MODELS,
    "uses": tuple(RESOURCES),
    "problems": PROBLEMS,
}
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PATH = re.compile(r"(/([a-z0-9._-]+|\{[a-z_]+\}))+")
SUCCESS = range(200, 300)


def _refuse(name: str, key: str, why: str) -> Misconfigured:
    return Misconfigured(f"functions/manifest.toml: [{name}] {key}: {why}")


def _check_value(name: str, key: str, value: object) -> None:
    kind = KINDS.get(key)
    if kind is None:
        raise _refuse(name, key, f"unknown key; known are {', '.join(KINDS)}")
    members = cast("list[object]", value if kind is list else [value])
    if type(value) is not kind or (kind is list and not all(isinstance(member, str) for member in members)):
        raise _refuse(name, key, f"must be {FORMS[kind]}")
    for member in members:
        if key in CHOICES and member not in CHOICES[key]:
            raise _refuse(name, key, f"{member!r} is not one of {', '.join(CHOICES[key])}")


def _check(name: str, table: dict[str, Any]) -> None:
    if not NAME.fullmatch(name):
        raise _refuse(name, "name", "must be lower-case words with - between them")
    for key, value in table.items():
        _check_value(name, key, value)
    routed = "event" not in table
    for key in (*ALWAYS, *(ROUTED if routed else ())):
        if key not in table:
            raise _refuse(name, key, "is missing")
    for key in () if routed else sorted(table.keys() - {"event", *ALWAYS}):
        raise _refuse(name, key, "does not belong to the consumer of an event")
    if routed and not PATH.fullmatch(table["path"]):
        raise _refuse(name, "path", "must be like /words/{name}")
    if routed and table["status"] not in SUCCESS:
        raise _refuse(name, "status", "must be that of a success, 200 to 299")
    if not routed and "worker" not in table["uses"]:
        raise _refuse(name, "uses", "the consumer of an event needs worker")


def _function(name: str, table: object) -> Function:
    if not isinstance(table, dict):
        raise _refuse(name, "table", "is missing: this key stands outside of every table")
    table = cast("dict[str, Any]", table)
    _check(name, table)
    values: dict[str, Any] = {key: tuple(value) if KINDS[key] is list else value for key, value in table.items()}
    function = Function(name, **values)
    if find_spec(function.module) is None:
        raise _refuse(name, "module", f"there is no {function.module.replace('.', '/')}.py")
    return function


def _tables(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Misconfigured(f"functions/manifest.toml cannot be read: {error.strerror}") from None
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError
        raise Misconfigured(f"functions/manifest.toml: {error}") from None


def read(path: Path = MANIFEST) -> dict[str, Function]:
    """Return the functions by name. Raises Misconfigured with the table and the key."""
    functions = {name: _function(name, table) for name, table in _tables(path).items()}
    if HEALTH not in functions:
        raise _refuse(HEALTH, "table", "is missing: every process serves it")
    routes: dict[tuple[str | None, str], str] = {}
    for name, function in functions.items():
        if function.path:
            route = (function.method, re.sub(r"{\w+}", "{}", function.path))
            if (other := routes.setdefault(route, name)) != name:
                raise _refuse(name, "path", f"{function.method} {function.path} is served twice, also by [{other}]")
    return functions


def choose(functions: dict[str, Function], names: Iterable[str]) -> tuple[Function, ...]:
    """Return the functions named, and those that are always served; all when none is named. Raises Misconfigured."""
    wanted = set(names) or set(functions)
    for name in sorted(wanted - functions.keys()):
        raise Misconfigured(
            f"FUNCTIONS names {name!r}, which functions/manifest.toml does not have; it has {', '.join(functions)}"
        )
    return tuple(function for name, function in functions.items() if name in wanted.union(ALWAYS_SERVED))
