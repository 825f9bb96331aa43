"""List the rooms of lib and its loose modules, the highest layer first."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import TYPE_CHECKING, Any

from scripts.local.tables.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNLAYERED = "-"


def rooms(root: Path) -> str:
    """Return a table with one row a room, a room within a room, or a loose module. Raises SystemExit."""
    lib = root / "lib"
    rows = [row for name, layer in _layers(root).items() for row in _rows(lib, lib / name, layer)]
    return table(("room", "layer", "what it does", "modules"), rows)


def _layers(root: Path) -> dict[str, str]:
    """Return the number of the layer of each room, 1 for the lowest, in the order of pyproject.toml."""
    tables: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    contract = next(one for one in tables["tool"]["importlinter"]["contracts"] if one.get("containers") == ["lib"])
    layers: list[str] = contract["layers"]
    numbered = {
        name: str(len(layers) - place) for place, layer in enumerate(layers) for name in re.split(r" [|:] ", layer)
    }
    return numbered | dict.fromkeys(contract["exhaustive_ignores"], UNLAYERED)


def _rows(lib: Path, path: Path, layer: str) -> Iterator[tuple[str, ...]]:
    """Yield the row of a room and those of the rooms in it, or that of a loose module."""
    if not path.is_dir():
        file = path.with_suffix(".py")
        yield f"[`{file.name}`]({file.name})", layer, _sentence(file), ""
        return
    place = path.relative_to(lib).as_posix()
    modules = sorted(file.stem for file in path.glob("*.py") if not file.stem.startswith("_"))
    yield f"[`{place}/`]({place})", layer, _sentence(path / "__init__.py"), ", ".join(modules)
    for inner in sorted(path.glob("*/__init__.py")):
        yield from _rows(lib, inner.parent, layer)


def _sentence(file: Path) -> str:
    """Return the first sentence of a module's docstring."""
    said = ast.get_docstring(ast.parse(file.read_text("utf-8")))
    if not said:
        raise SystemExit(f"{file}: the docstring is missing whose first sentence lib/README.md shows")
    paragraph = " ".join(said.partition("\n\n")[0].split())
    return re.split(r"(?<=\.)\s", paragraph)[0].removesuffix(".")
