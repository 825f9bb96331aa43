"""Say which services there are to be, from the manifest, railway.toml and what the operator gives."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lib import manifest
from lib.postgres.pool import DATABASE_POOL_SIZE
from lib.process.environment import REQUIRED
from scripts.local.functions import ROOT
from scripts.local.variables import declared
from scripts.remote.deploy.api import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lib.manifest import Function
    from lib.process.environment import Variable
    from scripts.local.variables import Declared

PREFIX = "gayed-signals"
OURS = {"PORT", "FUNCTIONS", "APP_VERSION"}
"""What Railway or this program sets, and no operator."""

SMALL_POOL, LARGE_POOL = DEFAULT_SIZES = "2", "4"
LISTENS, WORKS, WRITES = 1, 3, 1
"""Connections beside the pool: of the listener, of a worker, and of the log's writer, the last through a pooler."""


@dataclass(frozen=True, slots=True)
class Source:
    """The commit that is to run."""

    repo: str
    branch: str
    commit: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service as it is to be; `variables` has values, which are secrets; `defaults` are for what nobody has set."""

    name: str
    functions: tuple[Function, ...]
    variables: Mapping[str, str]
    defaults: Mapping[str, str]
    reads: frozenset[str]
    required: frozenset[str]
    config: Mapping[str, Mapping[str, Any]]
    source: Source

    @property
    def public(self) -> bool:
        """Say whether anybody calls it."""
        return any(function.path for function in self.functions if function.name not in manifest.ALWAYS_SERVED)

    def connections(self, pool: int | None) -> int:
        """Return the most connections to PostgreSQL that one replica has; no pool where those go to a pooler."""
        if not any("postgres" in function.resources for function in self.functions):
            return 0
        used = {name for function in self.functions for name in function.resources}
        past = LISTENS * bool(used & {"event_log", "appender"}) + WORKS * ("worker" in used)
        return past if pool is None else past + pool + WRITES * ("appender" in used)

    def digest(self, variables: Mapping[str, str]) -> str:
        """Name what a deployment with these variables consists of, so that one that was not finished is seen."""
        parts = [dict(sorted(variables.items())), self.config, self.source.repo, self.source.commit]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def wanted(
    names: Sequence[str], prefix: str, given: Mapping[str, str], source: Source, *, bundle: bool
) -> tuple[Wanted, ...]:
    """Return the services for these functions, or for all. Raises Refusal, Misconfigured."""
    served = manifest.read()
    chosen = manifest.choose(served, names)
    # Every service serves some; they are services of their own only where no other is asked for.
    others = [function for function in chosen if function.name not in manifest.ALWAYS_SERVED]
    alone = others or [function for function in chosen if function.name in names]
    groups = {f"{prefix}-functions": tuple(chosen)} if bundle else {f"{prefix}-{one.name}": (one,) for one in alone}
    variables, config = declared(), tomllib.loads((ROOT / "railway.toml").read_text("utf-8"))
    return tuple(_service(name, group, variables, given, config, source) for name, group in groups.items())


def _service(
    name: str,
    functions: tuple[Function, ...],
    variables: Sequence[Declared],
    given: Mapping[str, str],
    config: Mapping[str, Mapping[str, Any]],
    source: Source,
) -> Wanted:
    names = {function.name for function in functions}
    read = [one.variable for one in variables if one.variable.name not in OURS and names.intersection(one.readers)]
    return Wanted(
        name,
        functions,
        {
            "FUNCTIONS": ",".join(function.name for function in functions),
            "APP_VERSION": source.commit,
            **_given(name, read, given),
        },
        _defaults(functions, read),
        frozenset(variable.name for variable in read),
        frozenset(variable.name for variable in read if variable.default is REQUIRED),
        config,
        source,
    )


def _given(name: str, read: Sequence[Variable[Any]], given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that this service reads, of those that were given."""
    values = {variable.name: given[variable.name].strip() for variable in read if given.get(variable.name, "").strip()}
    for variable in read:
        if variable.name in values and "${{" not in values[variable.name]:  # a reference is for Railway to resolve
            try:
                variable.parse(values[variable.name])
            except ValueError as error:
                raise Refusal(f"{name}: {variable.name} is not valid: {error}") from None
    return values


def _defaults(functions: Sequence[Function], read: Sequence[Variable[Any]]) -> dict[str, str]:
    """Return the size of a service's pool, if it has one: less than a process alone would take."""
    if all(variable is not DATABASE_POOL_SIZE for variable in read):
        return {}
    large = any({"queue", "event_log"} & function.resources for function in functions)
    return {DATABASE_POOL_SIZE.name: LARGE_POOL if large else SMALL_POOL}
