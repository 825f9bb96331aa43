"""List the bounds of what a request's body may hold, from the schemas of the served description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scripts.local.tables.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Json = dict[str, Any]

BOUNDS = (("minLength", "maxLength", "characters"), ("minItems", "maxItems", "items"), ("minimum", "maximum", ""))
"""The keywords of JSON Schema for the least and the most, and what they count."""


def requests(models: Iterable[str], schemas: Json) -> str:
    """Return a table with one row a bounded field of these models."""
    rows = [(name, f"`{place}`", bound) for name in models for place, bound in _bounds(schemas[name], schemas, "")]
    return table(("body", "field", "bounds"), rows)


def _bounds(schema: Json, schemas: Json, place: str) -> Iterator[tuple[str, str]]:
    """Yield the bounds of a schema and of what it holds, each with its place; `[]` is any item of a list."""
    if "$ref" in schema:
        yield from _bounds(schemas[schema["$ref"].rpartition("/")[2]], schemas, place)
        return
    for least, most, unit in BOUNDS:
        if most in schema:
            yield place, f"{schema.get(least, 0):,} to {schema[most]:,} {unit}".rstrip()
    for name, field in schema.get("properties", {}).items():
        yield from _bounds(field, schemas, f"{place}.{name}".removeprefix("."))
    for choice in schema.get("anyOf", ()):
        yield from _bounds(choice, schemas, place)
    if "items" in schema:
        yield from _bounds(schema["items"], schemas, f"{place}[]")
