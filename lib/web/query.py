"""Refuse query parameters that a function does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lib.contract.problems import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import HTTPConnection


def check(request: HTTPConnection[Any], known: Sequence[str]) -> None:
    """Raise MalformedRequest for a parameter that is not `known`: it would be ignored in silence."""
    if request.scope["query_string"] and not request.query_params.keys() <= set(known):
        named = f"; it knows {', '.join(f'`{name}`' for name in known)}." if known else "."
        raise MalformedRequest(f"The query has a parameter that this function does not know{named}")
