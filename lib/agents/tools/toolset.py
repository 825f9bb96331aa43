"""List the tools with which agents look up and compute what they would otherwise guess."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lib.agents.tools.calculate import calculate
from lib.agents.tools.search import search_content
from lib.agents.tools.signals import signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.contract.debate import DebateRequest


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A function that agents may call, and the arguments of one debate that are `given` to it before the agent's."""

    function: Callable[..., str]
    given: tuple[object, ...]
    description: str

    @property
    def run(self) -> Callable[..., str]:
        """Return the function of an agent's arguments alone: it returns JSON text, or raises ValueError."""
        return partial(self.function, *self.given)


def tools(request: DebateRequest) -> tuple[ToolSpec, ...]:
    """Return the tools of a debate."""
    return (
        ToolSpec(
            signals,
            (request.signals,),
            "Return the signals of the material, with their values: all of them, or those of a name or a state.",
        ),
        ToolSpec(
            search_content,
            (request.content.text,),
            "Return the passages of the content that have most of the given words, word for word and with their "
            "offsets; also what was left out of the material for its length. Give plain words: no sign is special.",
        ),
        ToolSpec(
            calculate,
            (),
            "Compute with numbers of the material, exactly, and return the calculation as a line that can be quoted.",
        ),
    )
