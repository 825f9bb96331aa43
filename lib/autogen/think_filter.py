"""Remove a reasoning model's thoughts from its text."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"
TAG_START = "<"
"""How both tags begin; it stands nowhere else in them."""


class ThinkFilter:
    """Keeps the text outside of <think> and </think>, from a text that comes in deltas that may cut a tag in two."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = self._started = False

    def filter(self, delta: str) -> str:
        """Return the text that the delta makes certain to stand outside of thoughts, possibly none."""
        self._held += delta
        text = ""
        while (place := self._held.find(self._tag)) >= 0:
            before, self._held = self._held[:place], self._held[place + len(self._tag) :]
            text += self._outside(before)
            self._thinking = not self._thinking
        certain, self._held = self._split()
        return text + self._outside(certain)

    def _split(self) -> tuple[str, str]:
        """Split the held text into what is no part of a tag, and an end that may become one."""
        before, start, end = self._held.rpartition(TAG_START)
        maybe = start + end
        return (before, maybe) if start and self._tag.startswith(maybe) else (self._held, "")

    def rest(self) -> str:
        """Return the end of the text, which was held back as it might have become a tag."""
        held, self._held = self._held, ""
        return self._outside(held)

    @property
    def _tag(self) -> str:
        return CLOSE if self._thinking else OPEN

    def _outside(self, text: str) -> str:
        if self._thinking:
            return ""
        kept = text if self._started else text.lstrip()
        self._started = self._started or bool(kept)
        return kept
