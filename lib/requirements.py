"""Print what the functions that FUNCTIONS chooses need to have installed: python -m lib.requirements."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from lib import manifest
from lib.process.environment import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lib.manifest import Function

    Line = str | dict[str, str]

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
BASE = "base"


def of(functions: Iterable[Function]) -> list[str]:
    """Return the requirements of the group `base`, and of the groups named after the functions and their resources."""
    groups: dict[str, list[Line]] = tomllib.loads(PROJECT.read_text("utf-8"))["dependency-groups"]
    wanted = {BASE}.union(*({function.name, *function.resources} for function in functions))
    return list(dict.fromkeys(line for name in groups if name in wanted for line in _lines(groups, name)))


def _lines(groups: Mapping[str, Sequence[Line]], name: str) -> Iterator[str]:
    """Yield the requirements of a group and of those that it includes (PEP 735)."""
    for line in groups[name]:
        if isinstance(line, str):
            yield line
        else:
            yield from _lines(groups, line["include-group"])


def main() -> None:
    """Print them, for pip to read with requirements.txt as its constraint."""
    try:
        chosen = manifest.choose(manifest.read(), manifest.FUNCTIONS.read(os.environ))
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    sys.stdout.writelines(f"{requirement}\n" for requirement in of(chosen))


if __name__ == "__main__":
    main()
