"""Leave out what a reasoning model thinks before it speaks."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"
OPENING = "<"
"""How either begins; it stands nowhere else in them."""


class ThinkFilter:
    """Passes on what stands outside <think> and </think>, in a text that comes in pieces."""

    def __init__(self) -> None:
        """Begin outside."""
        self._held = ""
        self._thinking = self._spoken = False

    def pass_on(self, piece: str) -> str:
        """Return what of the text so far is now certain to be speech."""
        self._held += piece
        speech = ""
        while (place := self._held.find(self._tag)) >= 0:
            before, self._held = self._held[:place], self._held[place + len(self._tag) :]
            speech += self._take(before)
            self._thinking = not self._thinking
        certain, self._held = self._split()
        return speech + self._take(certain)

    def _split(self) -> tuple[str, str]:
        """Return what is no part of a tag, and an end that may become one."""
        before, opening, end = self._held.rpartition(OPENING)
        maybe = opening + end
        return (before, maybe) if opening and self._tag.startswith(maybe) else (self._held, "")

    def rest(self) -> str:
        """Return what was held back as it might have become a tag."""
        held, self._held = self._held, ""
        return self._take(held)

    @property
    def _tag(self) -> str:
        return CLOSE if self._thinking else OPEN

    def _take(self, text: str) -> str:
        if self._thinking:
            return ""
        speech = text if self._spoken else text.lstrip()
        self._spoken = self._spoken or bool(speech)
        return speech
