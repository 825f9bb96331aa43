"""Let agents look up and compute what they would otherwise guess."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lib.tools.calculate import calculate
from lib.tools.search import search_content
from lib.tools.signals import signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.contract.debate import DebateRequest


@dataclass(frozen=True, slots=True)
class Tool:
    """What an agent may call; `run` answers with JSON text, or raises ValueError that says what is wrong."""

    run: Callable[..., str]
    description: str


def of(request: DebateRequest) -> tuple[Tool, ...]:
    """Return the tools of a debate."""
    return (
        Tool(
            partial(signals, request.signals),
            "Return the signals of the material, with their values: all of them, or those of a name or a state.",
        ),
        Tool(
            partial(search_content, request.content.text),
            "Return the passages of the content that have most of the given words, word for word and with their "
            "offsets; also what was left out of the material for its length. Give plain words: no sign is special.",
        ),
        Tool(
            calculate,
            "Compute with numbers of the material, exactly, and return the calculation as a line that can be quoted.",
        ),
    )
