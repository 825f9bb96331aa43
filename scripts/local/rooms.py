"""Check the shape of the code: packages whose __init__.py is a docstring, and limits for files, functions and lib/."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from scripts.local.functions import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_LINES, FUNCTION_LINES, LIB_ENTRIES = 250, 40, 24
PACKAGES = ("functions", "lib")
SOURCES = ("functions", "lib", "scripts")
GENERATED = ("__pycache__", "node_modules", "dist")


def complaints(root: Path) -> list[str]:
    """Return a sentence for each file, function or folder under `root` that breaks a rule."""
    return [*_entries(root / "lib"), *(one for file in _python(root, SOURCES) for one in _in_file(root, file))]


def _python(root: Path, folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for file in sorted((root / folder).rglob("*.py")):
            if not set(GENERATED).intersection(file.parts):
                yield file


def _entries(folder: Path) -> Iterator[str]:
    entries = [path for path in folder.iterdir() if path.name not in GENERATED]
    if len(entries) > LIB_ENTRIES:
        yield f"{folder.name}/ has {len(entries)} entries, more than {LIB_ENTRIES}: move modules into rooms"


def _in_file(root: Path, file: Path) -> Iterator[str]:
    name, text = file.relative_to(root), file.read_text("utf-8")
    tree, lines = ast.parse(text), len(text.splitlines())
    if file.name == "__init__.py" and name.parts[0] in PACKAGES and not _is_docstring(tree):
        yield f"{name} must hold a docstring and nothing else: move its code into a module named after it"
    if lines > FILE_LINES:
        yield f"{name} has {lines} lines, more than {FILE_LINES}: split it"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno} {node.name}() has {length} lines, more than {FUNCTION_LINES}: split it"


def _is_docstring(tree: ast.Module) -> bool:
    return len(tree.body) == 1 and ast.get_docstring(tree) is not None


def main() -> None:
    """Print the complaints to standard error; exit with 1 if there are any."""
    found = complaints(ROOT)
    sys.stderr.writelines(f"scripts/check: {complaint}\n" for complaint in found)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
