"""List the numbers of lib that bound something and are no variable of the environment: bytes, seconds, counts.

A limit is a number in capitals at the top of a module, with a docstring under it that says what it bounds.
"""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from scripts.local.tables.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_SERVED = ("offline_model", "migrations")
"""The rooms whose numbers bound nothing that a client or an operator can meet."""

NOT_LIMITS = frozenset({"ORIGIN_REFUSED", "INTERNAL_ERROR"})
"""Numbers with a docstring that are names of something: the close codes of a WebSocket."""

BOUND = re.compile(r"MOST|LONGEST|LARGEST|FEWEST|LEAST|DEEPEST|.*_(SECONDS|BYTES|CHARACTERS)$|SECONDS$")
"""The names that say that they bound something: each needs its docstring."""

UNITS = {"SECONDS": "s", "MS": "ms", "HOURS": "h", "BYTES": "bytes", "CHARACTERS": "characters", "BITS": "bits"}
"""The unit of a limit, by the last word of its name."""


def limits(lib: Path) -> str:
    """Return a table with one row a limit. Raises SystemExit with those that have no docstring."""
    modules = [path for path in sorted(lib.rglob("*.py")) if path.relative_to(lib).parts[0] not in NOT_SERVED]
    found = [row for path in modules for row in _rows(lib, path)]
    if silent := [f"lib/{place}: {name}" for place, name, _, said in found if not said]:
        raise SystemExit("\n".join(["These limits need a docstring under them that says what they bound:", *silent]))
    rows = [(f"[{place}]({place})", f"`{name}`", value, said) for place, name, value, said in found]
    return table(("file", "limit", "value", "what it bounds"), rows)


def _rows(lib: Path, path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield the place, the name, the value and the docstring of each limit of a module."""
    place = path.relative_to(lib).as_posix()
    found = _constants(path)
    module = import_module(f"lib.{place.removesuffix('.py').replace('/', '.')}") if found else None
    for name, said in found.items():
        value = getattr(module, name)
        if isinstance(value, (int, float, timedelta)) and (said or BOUND.match(name)):
            yield place, name, _shown(name, value), said


def _constants(path: Path) -> dict[str, str]:
    """Return the names in capitals at the top of a module, each with its docstring or nothing."""
    body = ast.parse(path.read_text("utf-8")).body
    return {
        name: _docstring(after)
        for statement, after in zip(body, [*body[1:], None], strict=True)
        for name in _assigned(statement)
        if name.isupper() and not name.startswith("_") and name not in NOT_LIMITS
    }


def _assigned(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.Assign(targets=targets):
            return [found.id for target in targets for found in ast.walk(target) if isinstance(found, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case _:
            return []


def _docstring(statement: ast.stmt | None) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(said))):
            return " ".join(said.split()).replace("|", "\\|")
        case _:
            return ""


def _shown(name: str, value: float | timedelta) -> str:
    """Write a number with the unit that its name ends in."""
    if isinstance(value, timedelta):
        return f"{value.days:,} days" if value.days else f"{value.total_seconds():g} s"
    number = f"{value:,}" if isinstance(value, int) or value.is_integer() else f"{value:g}"
    return f"{number.removesuffix('.0')} {UNITS.get(name.rpartition('_')[2], '')}".rstrip()
