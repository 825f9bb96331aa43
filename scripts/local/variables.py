"""Find the environment variables that the code declares, and the functions that read each."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grimp

from lib import manifest

if TYPE_CHECKING:
    from lib.process.environment import Variable

DECLARATION = re.compile(r"^([A-Z][A-Z_]+) = Variable\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Declared:
    """A variable and the names of its readers, in the order of the manifest."""

    variable: Variable[Any]
    readers: tuple[str, ...]


@functools.cache
def declared() -> list[Declared]:
    """Return every variable, those that most functions read first.

    A function reads those of all modules that it or its resources import.
    """
    graph = grimp.build_graph("lib", "functions", exclude_type_checking_imports=True)
    reached = {name: _reached(graph, function) for name, function in manifest.read().items()}
    found: list[Declared] = []
    for module in sorted(graph.modules):
        readers = tuple(name for name, modules in reached.items() if module in modules)
        found += [Declared(variable, readers) for variable in _variables(module)]
    return sorted(found, key=lambda one: -len(one.readers))


def _reached(graph: grimp.ImportGraph, function: manifest.Function) -> set[str]:
    roots = {"functions.__main__", function.module, *(manifest.RESOURCES[name] for name in function.resources)}
    return roots.union(*(graph.find_upstream_modules(root) for root in roots))


def _variables(module: str) -> list[Variable[Any]]:
    path = Path(module.replace(".", "/"))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    names: list[str] = DECLARATION.findall(file.read_text("utf-8"))
    return [getattr(import_module(module), name) for name in names]
