"""Tell speech from the thoughts that a reasoning model writes among its words."""

from __future__ import annotations

import re
from typing import NamedTuple

OPENINGS, CLOSINGS = frozenset({"<think>", "[THINK]"}), frozenset({"</think>", "[/THINK]"})
"""DeepSeek's, Qwen's and most others', and Mistral's."""

CHANNEL, MESSAGE = "<|channel|>", "<|message|>"
HARMONY = frozenset({CHANNEL, MESSAGE, "<|start|>", "<|end|>", "<|return|>", "<|call|>"})
"""The marks of OpenAI's harmony format, which servers let through: all channels but `final` are thoughts."""

FINAL = "final"
MARKS = OPENINGS | CLOSINGS | HARMONY
MARK = re.compile("|".join(map(re.escape, MARKS)))
BEGIN = re.compile(r"[<\[]")
LONGEST = max(map(len, MARKS))
"""How many characters of a text, less one, may have to wait for the rest of a mark."""


class Parts(NamedTuple):
    """What a piece of text comes to; `unsaid` where all speech before it turns out to have been thought."""

    speech: str
    thought: str
    unsaid: bool


class ThinkFilter:
    """Splits a text that comes in pieces; marks count as thoughts."""

    def __init__(self) -> None:
        self._held = self._channel = ""
        self._thinking = self._spoken = self._unsaid = False
        self._speech: list[str] = []
        self._thought: list[str] = []

    def split(self, piece: str) -> Parts:
        """Return what is now certain of the text so far."""
        text = self._held + piece
        place = 0
        for mark in MARK.finditer(text):
            self._take(text[place : mark.start()])
            self._turn(mark[0])
            place = mark.end()
        held = _unfinished(text, place)
        self._take(text[place:held])
        self._held = text[held:]
        return self._parts()

    def rest(self) -> Parts:
        """Return what was held back as it might have become a mark."""
        self._take(self._held)
        self._held = ""
        return self._parts()

    def _parts(self) -> Parts:
        parts = Parts("".join(self._speech), "".join(self._thought), self._unsaid)
        self._speech, self._thought, self._unsaid = [], [], False
        return parts

    def _turn(self, mark: str) -> None:
        if mark in CLOSINGS and not self._thinking:
            # Some servers send no opening, as it is part of their prompt.
            self._unsaid = self._spoken
            self._thought += self._speech
            self._speech, self._spoken = [], False
        self._thinking = mark not in CLOSINGS and (mark != MESSAGE or not self._channel.strip().startswith(FINAL))
        self._channel = ""
        self._thought.append(mark)

    def _take(self, text: str) -> None:
        if self._thinking:
            self._channel = (self._channel + text)[:LONGEST]
            self._thought.append(text)
            return
        speech = text if self._spoken else text.lstrip()
        self._spoken = self._spoken or bool(speech)
        self._speech.append(speech)


def _unfinished(text: str, place: int) -> int:
    """Return where a mark may begin that is not whole yet, or the end of the text."""
    for found in BEGIN.finditer(text, max(place, len(text) - LONGEST + 1)):
        end = text[found.start() :]
        if any(mark.startswith(end) for mark in MARKS):
            return found.start()
    return len(text)
