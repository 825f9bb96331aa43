"""Decode JSON strictly (RFC 8259): no NaN, no duplicate keys, bounded objects and numbers."""

from __future__ import annotations

import json
from typing import Any, NoReturn

MOST_MEMBERS = 100
"""The most members of one JSON object."""


class NotStrict(ValueError):
    """The text is no JSON, or JSON to lenient readers only; the message says why, without quoting the text."""


def decode(text: str) -> object:
    """Return the value. Raises NotStrict. Nesting is bounded by Python's stack only: callers bound it before."""
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotStrict(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise NotStrict("nests too deep") from None
    except NotStrict:
        raise
    except ValueError:
        raise NotStrict("holds a number with more digits than can be read") from None


def _refuse_constant(name: str) -> NoReturn:
    raise NotStrict(f"holds {name}, which is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_MEMBERS:
        raise NotStrict(f"holds an object with more than {MOST_MEMBERS} members")
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotStrict("holds an object with the same key twice")
    return found


DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_unique)
