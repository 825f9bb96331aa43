"""The command scripts/generate: write the READMEs' tables, .env.example, openapi.json and docs.html from the code."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lib import manifest
from scripts.local import arguments
from scripts.local.describe import docs, openapi
from scripts.local.tables.environment import environment, example
from scripts.local.tables.functions import functions
from scripts.local.tables.limits import limits
from scripts.local.tables.requests import requests
from scripts.local.tables.rooms import rooms
from scripts.local.variables import declared

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent.parent
LIB = ROOT / "lib"
EXAMPLES = """examples:
  scripts/generate           write the files
  scripts/generate --check   write nothing; exit with 1 if a file is stale"""


def _filled(file: Path, sections: Mapping[str, str]) -> str:
    """Return the text of a file with these sections between their marks. Raises SystemExit."""
    text = file.read_text("utf-8")
    for name, content in sections.items():
        pattern = re.compile(rf"(?<=<!-- {name}, by scripts/generate -->\n).*?(?=\n<!-- -->)", re.DOTALL)
        text, count = pattern.subn(lambda _, content=content: content, text)
        if count != 1:
            raise SystemExit(f"{file.relative_to(ROOT)} has {count} sections of {name}; it must have one")
    return text


def _wanted() -> dict[Path, str]:
    """Return the text that each file should have."""
    served, variables = manifest.read(), declared()
    document = openapi.document(served.values())
    bodies = dict.fromkeys(function.request for function in served.values() if function.request)
    above = {"functions": functions(), "environment": environment(variables)}
    below = {
        "rooms": rooms(ROOT),
        "limits": limits(LIB),
        "requests": requests(bodies, document["components"]["schemas"]),
    }
    return {
        ROOT / "README.md": _filled(ROOT / "README.md", above),
        LIB / "README.md": _filled(LIB / "README.md", below),
        ROOT / ".env.example": example(variables),
        LIB / "web" / "description" / "openapi.json": json.dumps(document, indent=2) + "\n",
        LIB / "web" / "description" / "docs.html": docs.write(document),
    }


def main() -> None:
    """Write the stale files; with --check only name them, and exit with 1 if there are any."""
    description = "Write what follows from the code: README's tables, .env.example, openapi.json and docs.html."
    parser = arguments.parser("generate", description, EXAMPLES)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file is stale")
    check = parser.parse_args().check
    wanted = _wanted()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if check:
            sys.stderr.write(f"scripts/generate: {path.relative_to(ROOT)} is stale; run scripts/generate\n")
        else:
            path.write_text(wanted[path], "utf-8")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
