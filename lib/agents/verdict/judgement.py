"""Read a Judgement from a model's answer, whichever way its server holds it to JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from lib.contract.verdict import Evidence, Judgement

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_OBJECTS = 200
"""The most opening braces of an answer that are tried as the start of an object."""

UNSUPPORTED = {"title", "description", "minLength", "minimum", "maximum"}
"""Keywords that some servers' json_schema mode refuses; Judgement validates them in any case."""

LISTS = ("key_points", "dissent", "missing_data", "evidence")


def _plain(schema: object, *, named: bool = False) -> object:
    """Strip unsupported keywords from a JSON schema; in a `named` part the keys are names of fields, and stay."""
    if isinstance(schema, list):
        return [_plain(part) for part in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _plain(part, named=key in {"properties", "$defs"})
        for key, part in cast("dict[str, object]", schema).items()
        if named or key not in UNSUPPORTED
    }


SCHEMA = cast("dict[str, Any]", _plain(Judgement.model_json_schema()))
"""The JSON schema of a Judgement in strict mode: every field required, and no other allowed."""


def read(text: str) -> Judgement:
    """Return the only judgement of an answer, which may have prose or a code fence around it.

    Raises ValueError for none, and for two: one of them may be quoted from the material.
    """
    found = [judgement for table in _objects(text) if (judgement := _judgement(table))]
    if len(found) != 1:
        raise ValueError("the answer holds no judgement, or more than one")
    return found[0]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the outermost JSON objects of a text."""
    decoder, place = json.JSONDecoder(), text.find("{")
    for _ in range(MOST_OBJECTS):
        if place < 0:
            return
        try:
            table, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            place += 1
        else:
            yield table
        place = text.find("{", place)


def _judgement(table: dict[str, Any]) -> Judgement | None:
    """Return the judgement of an object, after mending what models without a schema get wrong, or None."""
    fields = {name: value for name, value in table.items() if name in Judgement.model_fields}
    fields |= {name: fields.get(name) or [] for name in LISTS}
    if isinstance(stance := fields.get("stance"), str):
        fields["stance"] = stance.strip().lower().replace("-", "_").replace(" ", "_")
    if isinstance(evidence := fields["evidence"], list):
        fields["evidence"] = list(map(_evidence, cast("list[object]", evidence)))
    try:
        return Judgement.model_validate(fields)
    except ValidationError:
        return None


def _evidence(item: object) -> object:
    if not isinstance(item, dict):
        return item
    table = cast("dict[str, object]", item)
    return {name: table.get(name) for name in Evidence.model_fields}
