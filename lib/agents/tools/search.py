"""Search the content of a debate by words."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from lib.agents.prompt.delimiters import visible

# No `from __future__ import annotations`: AutoGen makes a schema of the annotations.

WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")
SENTENCE = re.compile(r"\S(?:[^.!?\n]|[.!?](?=\S))*[.!?]?")
"""A sentence ends with a full stop before white space, so that 4.6 is one figure."""

PIECE = re.compile(r"\S(?:.{0,398}\S)?(?!\S)|\S{1,400}", re.DOTALL)
"""A sentence, or at most 400 characters of a longer one, cut between words: a transcript may have no full stop."""

MOST_WORDS, LONGEST_QUERY = 12, 200
"""The most words of a query that are searched, and the most characters that it may have."""

MOST_PASSAGES = 5
"""The most passages that a search returns."""


class Passage(NamedTuple):
    """A piece of the content: how many of the wanted words it has, and its offset."""

    words: int
    start: int
    text: str


def search_content(content: str, words: Annotated[str, "One to twelve words, in any order"]) -> str:
    """Return JSON of the passages with most of the words, best first; `left_out` counts the others.

    Raises ValueError for no word at all, or too many.
    """
    if len(words) > LONGEST_QUERY:
        raise ValueError(f"words: at most {LONGEST_QUERY} characters can be looked for.")
    wanted = set(WORD.findall(words.casefold()))
    if not 0 < len(wanted) <= MOST_WORDS:
        raise ValueError(f"words: must hold 1 to {MOST_WORDS} words.")
    found = sorted(_passages(content, wanted), key=lambda passage: (-passage.words, passage.start))
    shown = [
        {"start": passage.start, "end": passage.start + len(passage.text), "text": visible(passage.text)}
        for passage in found[:MOST_PASSAGES]
    ]
    return json.dumps({"passages": shown, "left_out": len(found) - len(shown)}, ensure_ascii=False)


def _passages(content: str, wanted: set[str]) -> Iterator[Passage]:
    for sentence in SENTENCE.finditer(content):
        for piece in PIECE.finditer(content, *sentence.span()):
            if words := len(wanted & set(WORD.findall(piece[0].casefold()))):
                yield Passage(words, piece.start(), piece[0])
