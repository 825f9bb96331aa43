"""Split a text into sentences, and a long sentence between its clauses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 300
SHORTEST_WRAPPED_LINE = 40

SEPARATOR = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]++|<[^<>]{0,200}>")
LIST_MARK = re.compile(r"(?:[#>*\u2022=|\u2013-]++\s++)++")
SENTENCE_END = re.compile(
    r"[.!?\u2026][\"'\u201d\u2019)\]]*+\s++(?=[\"'\u201c\u2018(\[$\u20ac\xa3+-]?[^\W_a-z])|[\u3002\uff01\uff1f]"
)
ABBREVIATION = re.compile(
    r"(?:\b(?:Mrs?|Ms|Dr|St|Prof|Sen|Rep|Gov|vs|etc|Inc|Corp|Co|Ltd|No|Fig|approx|est|cf|al"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|(?<![A-Za-z])(?:[A-Za-z]\.)*[A-Za-z])$"
)
CLAUSE_END = re.compile(r"(?<=[,;:])\s+(?!\d)|\s+(?=[\u2014\u2013-]\s)")
WORD_END = re.compile(r"(?<![\d\s])\s++(?!\d)")


def sentences(text: str) -> tuple[str, ...]:
    """Split a text into sentences, each a substring of it; one of more than 300 characters is split at its clauses."""
    return tuple(
        part
        for start, end in _blocks(text)
        for first, last in _sentences(text, start, end)
        for part in _parts(text[first:last].strip())
        if any(character.isalnum() for character in part)
    )


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges between line ends, control characters and tags; wrapped lines stay together."""
    start = line = 0
    for gap in SEPARATOR.finditer(text):
        if _wrapped(text, line, gap):
            line = gap.end()
            continue
        yield start, gap.start()
        start = line = gap.end()
    yield start, len(text)


def _wrapped(text: str, line: int, gap: re.Match[str]) -> bool:
    if gap[0] not in {"\n", "\r\n"} or gap.start() - line < SHORTEST_WRAPPED_LINE:
        return False
    return text[gap.start() - 1] not in ".!?:;" and text[gap.end() : gap.end() + 1].isalnum()


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    mark = LIST_MARK.match(text, start, end)
    start = mark.end() if mark else start
    for found in SENTENCE_END.finditer(text, start, end):
        if text[found.start()] == "." and ABBREVIATION.search(text[max(start, found.start() - 12) : found.start()]):
            continue
        yield start, found.end()
        start = found.end()
    yield start, end


def clip(text: str, most: int = LONGEST) -> str:
    """Return the beginning of a text, cut between clauses, or else between words that are no figures."""
    if len(text) <= most:
        return text
    cuts = [cut.start() for end in (CLAUSE_END, WORD_END) for cut in list(end.finditer(text, most // 4, most))[-1:]]
    later = None if cuts else WORD_END.search(text, most)
    return text[: cuts[0] if cuts else later.start() if later else len(text)].strip()


def _parts(sentence: str) -> Iterator[str]:
    while sentence:
        part = clip(sentence)
        yield part
        sentence = sentence[len(part) :].strip()
