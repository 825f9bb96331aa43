"""Read a text as passages, each with its figures, topics and lean."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from lib.offline_model import lexicon
from lib.offline_model.figures import DATE, Change, change, figures
from lib.offline_model.sentences import LONGEST, sentences
from lib.offline_model.subjects import subjects

MACHINE = re.compile(
    r"^[\[{=]|===|```|\]\(|\bsystem prompt\b|\b(?:ignore|disregard)\b[^.]{0,40}\binstructions?\b", re.IGNORECASE
)
WORD = re.compile(r"[^\W\d_]+(?:['\u2019&-][^\W\d_]+)*")
CLAUSE_STOP = re.compile(r"[;:\u2014]|, (?:and|but|while|as|although|though|whereas|which|with|the)\b")
TERM_LENGTH = range(4, 20)
MOST_TERMS = 12
ENGLISH = 0.2
"""The share of known words below which a text is in a language that the lexicon does not have."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or a part of a long one; `quote` stands verbatim in the text and is empty where none is fit.

    `subject` is what it says has moved, the first of `figures` measures that, and `change` is how far it moved.
    """

    quote: str
    words: frozenset[str]
    subject: str
    figures: tuple[str, ...]
    change: Change | None
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
    def relevant(self) -> bool:
        """Whether the passage has a figure, a topic or a lean."""
        return bool(self.figures or self.topics or self.lean)

    @property
    def turns(self) -> bool:
        """Whether the passage contrasts two things ("but", "although")."""
        return not lexicon.TURNS.isdisjoint(self.words)


@dataclass(frozen=True)
class Reading:
    """All passages of a text in their order."""

    passages: tuple[Passage, ...]

    @cached_property
    def quotable(self) -> tuple[Passage, ...]:
        """Return the passages that are fit to quote."""
        return tuple(passage for passage in self.passages if passage.quote)

    def leaning(self, side: int) -> int:
        """Count the passages on a side."""
        return sum(passage.side == side for passage in self.passages)

    @cached_property
    def measured(self) -> int:
        """Count the passages with a figure."""
        return sum(bool(passage.figures) for passage in self.passages)

    @cached_property
    def hedges(self) -> tuple[str, ...]:
        """Return the hedging words of the text."""
        return tuple(dict.fromkeys(word for passage in self.passages for word in passage.hedges))

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Return the topics of no passage."""
        named = {topic for passage in self.passages for topic in passage.topics}
        return tuple(topic for topic in lexicon.TOPICS if topic not in named)

    @cached_property
    def unread(self) -> bool:
        """Whether the text is in a language that the lexicon does not have."""
        words = [word for passage in self.passages for word in passage.words]
        known = sum(word in lexicon.PLAIN or word in lexicon.KNOWN for word in words)
        return bool(words) and known < ENGLISH * len(words)

    @cached_property
    def foreign(self) -> bool:
        """Whether no passage is about markets."""
        return not self.unread and not any(passage.relevant for passage in self.passages)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Return the telling words of the text, most frequent first."""
        counted = Counter(
            word
            for passage in self.quotable
            for word in sorted(passage.words)
            if len(word) in TERM_LENGTH and word not in lexicon.PLAIN
        )
        return tuple(word for word, _ in counted.most_common(MOST_TERMS))


@functools.lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """Read a text of any length in linear time."""
    parts = sentences(text)
    lower = frozenset(word for part in parts for word in WORD.findall(part) if word.islower())
    return Reading(tuple(_passage(part, lower) for part in parts))


def _quote(sentence: str) -> str:
    """Return the part that can be quoted on one line between straight quotation marks, or nothing."""
    part = max(sentence.split('"'), key=len).strip()
    if not part or len(part) > LONGEST or MACHINE.search(sentence):
        return ""
    if any(
        unicodedata.category(character) in {"Cc", "Cf", "Co", "Cn"}
        for character in part.replace("\r\n", "").replace("\n", "")
    ):
        return ""
    ends_in_initial = re.search(r"\b[A-Za-z]\.$", part)
    return part if ends_in_initial else part.rstrip(".,;: \u3002\uff0c")


def _passage(sentence: str, lower: frozenset[str]) -> Passage:
    written = list(WORD.finditer(sentence))
    words = [word[0].lower() for word in written]
    leanings = list(lexicon.leanings(words))
    subject, measured, moved = _measured(sentence, lower)
    found = figures(sentence, written[leanings[0][0]].start() if leanings else 0)
    return Passage(
        quote=_quote(sentence),
        words=frozenset(words),
        subject=subject,
        figures=tuple(dict.fromkeys((*measured, *found))),
        change=moved,
        dates=tuple(date[0] for date in DATE.finditer(sentence)),
        lean=sum(side for _, side in leanings),
        hedges=tuple(dict.fromkeys(word for word in words if word in lexicon.HEDGES)),
        topics=_topics(words),
        conditional=words[:1] in (["if"], ["should"], ["were"], ["unless"]),
    )


def _measured(sentence: str, lower: frozenset[str]) -> tuple[str, tuple[str, ...], Change | None]:
    """Return the first subject with a figure in its own clause, that figure, and the change of it where both are given.

    A figure that no subject can be given for belongs to the sentence as a whole.
    """
    moved = change(sentence)
    moves = [*subjects(sentence, lower)]
    ends = (*(verb for _, verb in moves[1:]), len(sentence))
    for (subject, place), after in zip(moves, ends, strict=False):
        stop = CLAUSE_STOP.search(sentence, place, after)
        end = stop.start() if stop else after
        if measured := figures(sentence[place:end]):
            return subject, measured[:1], moved if moved and place < moved.place < end else None
    return (moves[0][0] if moves and not figures(sentence) else ""), (), None if moves else moved


def _topics(words: list[str]) -> tuple[str, ...]:
    """Return the topics in the order in which the sentence names them."""
    places: dict[str, int] = {}
    for place, (one, two) in enumerate(pairwise((*words, ""))):
        for topic in lexicon.TOPIC_OF.get(one, ()) + lexicon.TOPIC_OF.get(f"{one} {two}", ()):
            places.setdefault(topic, place)
    return tuple(places)
