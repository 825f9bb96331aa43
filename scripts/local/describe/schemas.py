"""Describe the models of the contract as JSON Schema does."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import Field, TypeAdapter

from lib import contract
from lib.contract.events import ENVELOPED
from lib.contract.problems import ProblemDetails

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.manifest import Function

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]

PREFIX = "#/components/schemas/"
EVENT, PROBLEM = "DebateEvent", ProblemDetails.__name__
EXAMPLES: Json = json.loads(Path(__file__).with_name("examples.json").read_text("utf-8"))


def ref(name: str) -> Json:
    """Return what points to a model."""
    return {"$ref": PREFIX + name}


def schemas(functions: Iterable[Function]) -> Json:
    """Return the schemas of all models that the functions take and give, by name; the union of all events is one."""
    named: set[tuple[str, Mode]] = {(PROBLEM, "serialization")}
    for function in functions:
        taken, given = function.request, (function.response, function.events)
        named |= {(taken, "validation")} if taken else set()
        named |= {(name, "serialization") for name in given if name}
    inputs: list[tuple[str, Mode, TypeAdapter[Any]]] = [
        (name, mode, TypeAdapter(model(name))) for name, mode in sorted(named)
    ]
    tops, rest = TypeAdapter.json_schemas(inputs, ref_template=PREFIX + "{model}")
    found: Json = rest["$defs"] | {name: top for (name, _), top in tops.items() if top != ref(name)}
    for name, example in EXAMPLES.items():
        if name in found:
            found[name]["examples"] = [example]
    return dict(sorted(found.items()))


def model(name: str) -> Any:  # noqa: ANN401 - pydantic takes a model, a dataclass or a union
    """Return a model of the contract."""
    if name == EVENT:
        return Annotated[Union[tuple(ENVELOPED.values())], Field(discriminator="type")]  # noqa: UP007 - of a tuple
    modules = (import_module(f"{contract.__name__}.{found.name}") for found in iter_modules(contract.__path__))
    return next(getattr(module, name) for module in modules if hasattr(module, name))
