"""List the environment variables, with the functions that read each."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from lib import manifest
from lib.process.environment import REQUIRED
from scripts.local.tables.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scripts.local.variables import Declared


def environment(variables: Iterable[Declared]) -> str:
    """Return a table with one row a variable."""
    rows = [
        (
            f"`{found.variable.name}`",
            "required" if found.variable.default is REQUIRED else _default(found) or "-",
            found.variable.meaning,
            _readers(found),
        )
        for found in variables
    ]
    return table(("variable", "default", "what it is", "read by"), rows)


def example(variables: Iterable[Declared]) -> str:
    """Return the text of .env.example: each variable with its default, as a comment where it is not required."""
    blocks = ["# What the functions read from their environment; scripts/generate writes this file from the code."]
    for found in variables:
        required = found.variable.default is REQUIRED
        about = f"{found.variable.meaning} ({_readers(found)}{'; required' if required else ''})"
        lines = textwrap.wrap(about, 110, initial_indent="# ", subsequent_indent="# ")
        blocks.append("\n".join([*lines, f"{'' if required else '#'}{found.variable.name}={_default(found)}"]))
    return "\n\n".join(blocks) + "\n"


def _readers(found: Declared) -> str:
    served = manifest.read()
    groups = {
        "all": list(served),
        "all with a session": [name for name, function in served.items() if function.auth == "session"],
        "all with a database": [name for name, function in served.items() if "postgres" in function.resources],
    }
    named = (group for group, names in groups.items() if set(names) == set(found.readers))
    return next(named, ", ".join(found.readers))


def _default(found: Declared) -> str:
    default = found.variable.default
    return "" if default in (REQUIRED, None, ()) else str(default)
