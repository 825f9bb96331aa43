"""Read the list of functions, and check it before anything starts."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from lib.environment import Misconfigured, Variable, items

if TYPE_CHECKING:
    from collections.abc import Iterable

FUNCTIONS = Variable("FUNCTIONS", "The functions that this process serves, comma separated; empty for all", items, ())

MANIFEST = Path(__file__).parent.parent / "functions" / "manifest.toml"

ResourceName = Literal["clerk", "postgres", "event_log", "queue", "autogen", "opening", "moderator"]
RESOURCES: tuple[ResourceName, ...] = get_args(ResourceName)
"""The modules of lib that `uses` may name, in the order in which they are built: the lowest layer first."""

MODELS = ("Caller", "Debate", "DebateEvent", "DebateRequest", "Health")
"""The models of the contract that a table may name."""

PROBLEMS = ("InvalidRequest", "MalformedRequest", "ModelNotConfigured", "NotFound", "Unavailable")
"""The problems that a table may name: those that are its function's own, and not everybody's."""

EVENTS = ("debate.queued",)


@dataclass(frozen=True, slots=True)
class Function:
    """One table: a route (`method`, `path`) or the consumer of an `event`."""

    name: str
    auth: Literal["session", "none"]
    uses: tuple[ResourceName, ...]
    summary: str
    method: Literal["GET", "POST", "DELETE"] | None = None
    path: str | None = None
    event: str | None = None
    request: str | None = None
    response: str | None = None
    events: str | None = None
    status: int | None = None
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """Name the module of the handler."""
        return "functions." + self.name.replace("-", "_")

    @property
    def resources(self) -> frozenset[str]:
        """Name what must be entered for this function."""
        return frozenset[str]({*self.uses, *(("clerk",) if self.auth == "session" else ())})


ALWAYS = ("auth", "uses", "summary")
ROUTED = ("method", "path", "status")
KINDS: dict[str, type] = {
    **dict.fromkeys(("method", "path", "event", "auth", "request", "response", "events", "summary"), str),
    **dict.fromkeys(("uses", "query", "headers", "problems"), list),
    "status": int,
}
CHOICES: dict[str, tuple[str, ...]] = {
    "auth": ("session", "none"),
    "method": ("GET", "POST", "DELETE"),
    "event": EVENTS,
    "request": MODELS,
    "response": MODELS,
    "events": MODELS,
    "uses": RESOURCES,
    "problems": PROBLEMS,
}


def _refuse(name: str, key: str, why: str) -> Misconfigured:
    return Misconfigured(f"functions/manifest.toml: [{name}] {key}: {why}")


def _check(name: str, table: dict[str, Any]) -> None:
    for key, value in table.items():
        if key not in KINDS:
            raise _refuse(name, key, f"unknown key; known are {', '.join(KINDS)}")
        if type(value) is not KINDS[key]:
            raise _refuse(name, key, f"must be a {KINDS[key].__name__}")
        for chosen in value if KINDS[key] is list else (value,):
            if key in CHOICES and chosen not in CHOICES[key]:
                raise _refuse(name, key, f"{chosen!r} is not one of {', '.join(CHOICES[key])}")
    for key in (*ALWAYS, *(() if "event" in table else ROUTED)):
        if key not in table:
            raise _refuse(name, key, "is missing")


def _function(name: str, table: dict[str, Any]) -> Function:
    _check(name, table)
    values: dict[str, Any] = {key: tuple(value) if KINDS[key] is list else value for key, value in table.items()}
    function = Function(name, **values)
    if find_spec(function.module) is None:
        raise _refuse(name, "module", f"there is no {function.module.replace('.', '/')}.py")
    return function


def read(path: Path = MANIFEST) -> dict[str, Function]:
    """Return the functions by name. Raises Misconfigured with the table and the key."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"functions/manifest.toml: {error}") from None
    functions = {name: _function(name, table) for name, table in tables.items()}
    routes = Counter((function.method, function.path) for function in functions.values() if function.path)
    for function in functions.values():
        if function.path and routes[function.method, function.path] > 1:
            raise _refuse(function.name, "path", f"{function.method} {function.path} is served twice")
    return functions


def choose(functions: dict[str, Function], names: Iterable[str]) -> tuple[Function, ...]:
    """Return the functions named, and health; all when none is named. Raises Misconfigured."""
    wanted = set(names) or set(functions)
    for name in sorted(wanted - functions.keys()):
        raise Misconfigured(
            f"FUNCTIONS names {name!r}, which functions/manifest.toml does not have; it has {', '.join(functions)}"
        )
    return tuple(function for name, function in functions.items() if name in wanted | {"health"})
