"""The command scripts/generate: write README's tables, .env.example, openapi.json and docs.html from the code."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from lib import manifest
from lib.process.environment import REQUIRED
from scripts.local import arguments
from scripts.local.describe import docs, openapi
from scripts.local.variables import declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scripts.local.variables import Declared

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = """examples:
  scripts/generate           write the files
  scripts/generate --check   write nothing; exit with 1 if a file is stale"""
WHO = {"session": "a session", "none": "anybody"}


def _table(*rows: Sequence[str]) -> str:
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))


def _functions() -> str:
    rows = [
        (
            name,
            f"{function.method} {function.path}" if function.path else f"event `{function.event}`",
            WHO[function.auth] if function.path else "-",
            function.summary,
        )
        for name, function in manifest.read().items()
    ]
    return _table(("function", "route", "who may", "what it does"), *rows)


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


def _environment(variables: Iterable[Declared]) -> str:
    rows = [
        (
            f"`{found.variable.name}`",
            "required" if found.variable.default is REQUIRED else _default(found) or "-",
            found.variable.meaning,
            _readers(found),
        )
        for found in variables
    ]
    return _table(("variable", "default", "what it is", "read by"), *rows)


def _example(variables: Iterable[Declared]) -> str:
    blocks = ["# What the functions read from their environment; scripts/generate writes this file from the code."]
    for found in variables:
        required = found.variable.default is REQUIRED
        about = f"{found.variable.meaning} ({_readers(found)}{'; required' if required else ''})"
        lines = textwrap.wrap(about, 110, initial_indent="# ", subsequent_indent="# ")
        blocks.append("\n".join([*lines, f"{'' if required else '#'}{found.variable.name}={_default(found)}"]))
    return "\n\n".join(blocks) + "\n"


def _filled(text: str, sections: dict[str, str]) -> str:
    for name, content in sections.items():
        pattern = re.compile(rf"(?<=<!-- {name}, by scripts/generate -->\n).*?(?=\n<!-- -->)", re.DOTALL)
        text, count = pattern.subn(lambda _, content=content: content, text)
        if count != 1:
            raise SystemExit(f"README.md has {count} sections of {name}; it must have one")
    return text


def main() -> None:
    """Write the stale files; with --check only name them, and exit with 1 if there are any."""
    description = "Write what follows from the code: README's tables, .env.example, openapi.json and docs.html."
    parser = arguments.parser("generate", description, EXAMPLES)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file is stale")
    check = parser.parse_args().check
    variables = declared()
    readme = ROOT / "README.md"
    sections = {"functions": _functions(), "environment": _environment(variables)}
    document = openapi.document(manifest.read().values())
    wanted = {
        readme: _filled(readme.read_text("utf-8"), sections),
        ROOT / ".env.example": _example(variables),
        ROOT / "lib" / "web" / "description" / "openapi.json": json.dumps(document, indent=2) + "\n",
        ROOT / "lib" / "web" / "description" / "docs.html": docs.write(document),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if check:
            sys.stderr.write(f"scripts/generate: {path.name} is stale; run scripts/generate\n")
        else:
            path.write_text(wanted[path], "utf-8")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
