"""Keep what a model says apart from what it thinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.autogen.failures import ModelFault
from lib.autogen.openai.think_filter import ThinkFilter
from lib.autogen.thought import Thought, Unsaid
from lib.contract.failures import ModelAnswerEndless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.autogen.openai.answer import Delta
    from lib.autogen.openai.think_filter import Parts


MOST_CHARACTERS = 50_000
"""What one turn may have: ten times the longest that a mandate asks for."""


class Spoken:
    """The speech of one answer, of which each delta gives a part."""

    def __init__(self) -> None:
        self._filter, self._speech = ThinkFilter(), list[str]()
        self._size = 0

    @property
    def text(self) -> str:
        """Return all that was said."""
        return "".join(self._speech)

    def take(self, delta: Delta) -> Iterator[str]:
        """Yield the pieces that a delta comes to. Raises ModelFault."""
        if delta.thought:
            yield Thought(delta.thought)
        if delta.speech:
            yield from self._pieces(self._filter.split(delta.speech))

    def rest(self) -> Iterator[str]:
        """Yield what no further delta can turn into a mark."""
        yield from self._pieces(self._filter.rest())

    def _pieces(self, parts: Parts) -> Iterator[str]:
        if parts.unsaid:
            self._speech.clear()
        if parts.thought:
            yield Unsaid(parts.thought) if parts.unsaid else Thought(parts.thought)
        if parts.speech:
            self._speech.append(parts.speech)
            self._size += len(parts.speech)
            if self._size > MOST_CHARACTERS:
                raise ModelFault(ModelAnswerEndless())
            yield parts.speech
