"""List the environment variables, and the functions that read each."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lib import manifest, router
from lib.web.server.serve import PORT

if TYPE_CHECKING:
    from lib.process.environment import Variable


@dataclass(frozen=True, slots=True)
class Declared:
    """A variable and the names of the functions that read it, in the order of the manifest."""

    variable: Variable[Any]
    readers: tuple[str, ...]


def declared() -> list[Declared]:
    """Return every variable, those that most functions read first."""
    read = {name: _read_by(function) for name, function in manifest.read().items()}
    variables = {variable.name: variable for names in read.values() for variable in names}
    found = [
        Declared(variable, tuple(name for name, names in read.items() if variable in names))
        for variable in variables.values()
    ]
    return sorted(found, key=lambda one: -len(one.readers))


def _read_by(function: manifest.Function) -> list[Variable[Any]]:
    """Return what every process reads, and what the resources of the function read."""
    builds = [import_module(module).build for name, module in manifest.RESOURCES.items() if name in function.resources]
    return [PORT, *router.VARIABLES, *(variable for build in builds for variable in build.variables)]
