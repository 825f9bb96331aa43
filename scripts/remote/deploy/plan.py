"""Compare the wanted services with those on Railway, and list what is pending, without values of variables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lib.postgres.pool import DATABASE_POOL_SIZE
from scripts.remote.deploy.api import Refusal
from scripts.remote.deploy.railway import GOOD, MARK
from scripts.remote.deploy.wanted import DEFAULT_SIZES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scripts.remote.deploy.railway import Found, Railway
    from scripts.remote.deploy.wanted import Wanted

CONNECTIONS = 80
OVERLAP = 2
"""During a deployment, a service's old and new replicas run at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """The pending changes of one service; every field is empty if there are none."""

    service: str
    functions: tuple[str, ...]
    create: bool
    variables: tuple[str, ...]
    config: tuple[str, ...]
    connect: str | None
    domain: bool
    deploy: str | None

    @property
    def pending(self) -> bool:
        """Say whether there is a change."""
        return bool(self.create or self.variables or self.config or self.connect or self.domain or self.deploy)


@dataclass(frozen=True, slots=True)
class Plan:
    """A step for each service, and the maximum of their connections to PostgreSQL."""

    wanted: tuple[Wanted, ...]
    found: Mapping[str, Found]
    steps: tuple[Step, ...]
    connections: int

    @property
    def pending(self) -> bool:
        """Say whether any step is pending."""
        return any(step.pending for step in self.steps)

    def check(self) -> None:
        """Raise Refusal if a required variable is missing, or there would be too many connections."""
        missing = [
            f"{one.name} needs {', '.join(names)}" for one in self.wanted if (names := _missing(one, self.found))
        ]
        if missing:
            raise Refusal(f"{'; '.join(missing)}: set it in the environment, in --env-file or at Railway")
        if self.connections > CONNECTIONS:
            raise Refusal(
                f"these services may open {self.connections} connections while they are deployed, of {CONNECTIONS} "
                "that PostgreSQL has for them: lower DATABASE_POOL_SIZE or the replicas, or put a pooler in between "
                "and set DATABASE_UNPOOLED_URL"
            )

    def json(self) -> dict[str, Any]:
        """Return the plan as --json prints it."""
        steps = [asdict(step) | {"pending": step.pending} for step in self.steps]
        return {"pending": self.pending, "connections": self.connections, "services": steps}

    def text(self) -> str:
        """Return the plan as lines for people."""
        lines = [line for step in self.steps for line in _lines(step)]
        pending = sum(step.pending for step in self.steps)
        lines.append(f"PostgreSQL: at most {self.connections} of {CONNECTIONS} connections while all are deployed")
        lines.append(f"{pending} of {len(self.steps)} services to change" if pending else "nothing to change")
        return "\n".join(lines) + "\n"


def plan(wanted: Sequence[Wanted], railway: Railway) -> Plan:
    """Compare each service. Raises Refusal if one was not made by scripts/deploy."""
    found = {one.name: there for one in wanted if (there := railway.find(one.name))}
    steps = tuple(_step(one, found.get(one.name)) for one in wanted)
    return Plan(tuple(wanted), found, steps, sum(_connections(one, found.get(one.name)) for one in wanted))


def merged(wanted: Wanted, found: Found | None) -> dict[str, str]:
    """Return the variables that a service is to have: the given value, else the current one, else the default."""
    there: Mapping[str, str] = found.variables if found else {}
    kept = {name: there[name] for name in wanted.reads if _is_kept(name, there.get(name, ""))}
    return {**wanted.defaults, **kept, **wanted.variables}


def _is_kept(name: str, value: str) -> bool:
    """Say whether an operator chose this value: an old default is replaced by the new one."""
    return bool(value.strip()) and not (name == DATABASE_POOL_SIZE.name and value in DEFAULT_SIZES)


def changed(wanted: Wanted, found: Found | None) -> dict[str, str]:
    """Return the variables to set."""
    there: Mapping[str, str] = found.variables if found else {}
    return {name: value for name, value in merged(wanted, found).items() if there.get(name) != value}


def _step(wanted: Wanted, found: Found | None) -> Step:
    variables = tuple(sorted(changed(wanted, found)))
    config = tuple(_differences(wanted.config, found.config if found else {}))
    source = wanted.source
    connected = found is not None and found.repo == source.repo and found.branch in {None, source.branch}
    return Step(
        service=wanted.name,
        functions=tuple(function.name for function in wanted.functions),
        create=found is None,
        variables=variables,
        config=config,
        connect=None if connected else f"{source.repo}, branch {source.branch}",
        domain=wanted.public and not (found and found.domain),
        deploy=source.commit if _stale(wanted, found) else None,
    )


def _stale(wanted: Wanted, found: Found | None) -> bool:
    """Say whether the running deployment differs from the wanted one, or was never seen to succeed."""
    if found is None or found.status not in GOOD or found.commit not in {None, wanted.source.commit}:
        return True
    return found.variables.get(MARK) != wanted.digest(merged(wanted, found)) or bool(
        changed(wanted, found) or list(_differences(wanted.config, found.config))
    )


def _differences(wanted: Mapping[str, Mapping[str, Any]], there: Mapping[str, Any]) -> list[str]:
    return [
        f"{section}.{key} = {value}"
        for section, values in wanted.items()
        for key, value in values.items()
        if there.get(section, {}).get(key) != value
    ]


def _missing(wanted: Wanted, found: Mapping[str, Found]) -> list[str]:
    return sorted(wanted.required - merged(wanted, found.get(wanted.name)).keys())


def _connections(wanted: Wanted, found: Found | None) -> int:
    variables = merged(wanted, found)
    pooler = "DATABASE_UNPOOLED_URL" in variables  # the pooler bounds the connections itself
    pool = None if pooler else _size(wanted.name, variables.get(DATABASE_POOL_SIZE.name))
    return wanted.connections(pool) * (found.replicas if found else 1) * OVERLAP


def _size(name: str, text: str | None) -> int:
    try:
        return DATABASE_POOL_SIZE.parse(text.strip()) if text else 0
    except ValueError:
        why = "must be a number, as the connections to PostgreSQL are counted: give it one here"
        raise Refusal(f"{name}: {DATABASE_POOL_SIZE.name} {why}") from None


def _lines(step: Step) -> list[str]:
    if not step.pending:
        return [f"  {step.service}: up to date"]
    head = f"{'+' if step.create else '~'} {step.service}: {', '.join(step.functions)}"
    lines = [f"set {', '.join(step.variables)} (values not shown)"] if step.variables else []
    lines += ["configure as railway.toml says"] if step.create else [f"set {change}" for change in step.config]
    lines += [f"connect to {step.connect}"] if step.connect else []
    lines += ["give it a domain"] if step.domain else []
    lines += [f"deploy {step.deploy}"] if step.deploy else []
    return [head, *(f"    {line}" for line in lines)]
