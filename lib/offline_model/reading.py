"""Read a text: its passages, and what each of them holds."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from lib.offline_model import lexicon

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
MACHINE = re.compile(
    r"^[\[{=]|===|```|\]\(|\bsystem prompt\b|\b(?:ignore|disregard)\b[^.]{0,40}\binstructions?\b", re.IGNORECASE
)
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = re.compile(
    rf"\b(?:\d{{1,2}} {MONTH}(?: \d{{4}})?|{MONTH} \d{{1,2}}(?:, \d{{4}})?(?!\d)|{MONTH} \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|Q[1-4](?: \d{4})?|(?:19|20)\d{2})\b"
)
FIGURE = re.compile(
    r"(?<![\w.,])(?<!S&P )(?<!Russell )(?<!Nasdaq )(?<!FTSE )"
    r"(?:(?<![^\s(])[+\u2212\u00b1-])?(?:US\$|[$\u20ac\xa3\xa5])?"
    r"\d++(?:[.,]\d++)*+(?:%|(?:bps?|bn|tn|mn|[mkx])\b"
    r"|[ \xa0](?:percentage points|percent|per cent|basis points|bps?|million|billion|trillion|points)\b)?+"
    r"(?!\w|-[A-Za-z]|[.,]\d)"
)
WORD = re.compile(r"[^\W\d_]+(?:['\u2019&-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or a part of a long one; `quote` stands verbatim in the text and is empty where none is fit."""

    quote: str
    words: frozenset[str]
    figures: tuple[str, ...]
    dates: tuple[str, ...]
    lean: int
    hedges: tuple[str, ...]
    topics: tuple[str, ...]
    conditional: bool

    @property
    def side(self) -> int:
        """Return +1 where the words lean risk-on, -1 where they lean risk-off; a condition is on no side."""
        return 0 if self.conditional else (self.lean > 0) - (self.lean < 0)

    @property
    def turns(self) -> bool:
        """Whether it sets one thing against another."""
        return not lexicon.TURNS.isdisjoint(self.words)


@dataclass(frozen=True, slots=True)
class Reading:
    """All passages of a text in their order."""

    passages: tuple[Passage, ...]

    @property
    def quotable(self) -> tuple[Passage, ...]:
        """Return the passages that are fit to quote."""
        return tuple(passage for passage in self.passages if passage.quote)

    def leaning(self, side: int) -> int:
        """Count the passages on a side."""
        return sum(passage.side == side for passage in self.passages)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the topics on which no passage says a word."""
        named = {topic for passage in self.passages for topic in passage.topics}
        return tuple(topic for topic in lexicon.TOPICS if topic not in named)


@functools.lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """Read a text of any length in linear time."""
    return Reading(tuple(_passage(sentence) for sentence in sentences(text)))


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
    """Yield what stands between line ends, control characters and tags; lines that were only wrapped stay together."""
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
    """Return the beginning of a text, cut between two clauses, or between two words that are no figures."""
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


def _quote(sentence: str) -> str:
    """Return the part that can stand between straight quotation marks on one line, or nothing."""
    part = max(sentence.split('"'), key=len).strip()
    if not part or len(part) > LONGEST or MACHINE.search(sentence):
        return ""
    if any(
        unicodedata.category(character) in {"Cc", "Cf", "Co", "Cn"}
        for character in part.replace("\r\n", "").replace("\n", "")
    ):
        return ""
    ends_in_initial = re.search(r"\b[A-Za-z]\.$", part)
    return part if ends_in_initial else part.rstrip(".,;: ")


def _figures(sentence: str, first: int) -> tuple[str, ...]:
    """Return the figures, those behind the place `first` before the others."""
    undated = DATE.sub(lambda date: " " * len(date[0]), sentence)
    found = sorted(FIGURE.finditer(undated), key=lambda figure: figure.start() < first)
    return tuple(dict.fromkeys(figure[0] for figure in found))


def _passage(sentence: str) -> Passage:
    written = list(WORD.finditer(sentence))
    words = [word[0].lower() for word in written]
    leanings = list(lexicon.leanings(words))
    known = {*words, *(f"{one} {two}" for one, two in pairwise(words))}
    return Passage(
        quote=_quote(sentence),
        words=frozenset(words),
        figures=_figures(sentence, written[leanings[0][0]].start() if leanings else 0),
        dates=tuple(found[0] for found in DATE.finditer(sentence)),
        lean=sum(side for _, side in leanings),
        hedges=tuple(dict.fromkeys(word for word in words if word in lexicon.HEDGES)),
        topics=tuple(topic for topic, keys in lexicon.TOPICS.items() if keys & known),
        conditional=words[:1] in (["if"], ["should"], ["were"], ["unless"]),
    )
