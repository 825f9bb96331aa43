"""Show the document as one page in HTML that needs nothing else and runs nothing."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from scripts.local.describe.schemas import PREFIX, PROBLEM

Json = dict[str, Any]

BOUNDS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "maxItems": "at most {} of them",
}
"""How a bound of a value is said."""

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(document: Json) -> str:
    """Return the page."""
    operations = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return _templates.get_template("docs.html").render(
        info=document["info"],
        operations=operations,
        schemas=document["components"]["schemas"],
        session=document["components"]["securitySchemes"]["session"],
        bounds=BOUNDS,
        prefix=PREFIX,
        problem="application/problem+json",
        details=PROBLEM,
        failures=_failures,
        example=_example,
        curl=_curl,
    )


def _failures(schema: Json) -> bool:
    """Return whether the schema lists the types of lib.contract.failures."""
    return any("x-retryable" in one for one in schema.get("oneOf", ()))


def _example(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _curl(method: str, path: str, operation: Json, schemas: Json) -> str:
    """Return a call that a reader can copy; $TOKEN, $BACKEND and $DEBATE are the reader's."""
    parts = [
        "curl -N"
        + (f" -X {method}" if method != "GET" else "")
        + f' "$BACKEND{path.replace("{debate_id}", "$DEBATE")}"'
    ]
    parts += ['-H "Authorization: Bearer $TOKEN"'] if operation["security"] else []
    for media_type, body in operation.get("requestBody", {}).get("content", {}).items():
        example = schemas[body["schema"]["$ref"].removeprefix(PREFIX)]["examples"][0]
        parts += [f'-H "Content-Type: {media_type}"', f"-d {shlex.quote(_example(example))}"]
    return " \\\n    ".join(parts)
