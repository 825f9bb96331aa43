"""List the words of finance, and tell which way they lean."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in text.split())


OFF, ON = _words(LISTS["off"]), _words(LISTS["on"])
UP, DOWN = _words(LISTS["up"]), _words(LISTS["down"])
GOOD_WHEN_UP, BAD_WHEN_UP = _words(LISTS["good_when_up"]), _words(LISTS["bad_when_up"])
NEGATIONS, HEDGES, TURNS = _words(LISTS["negations"]), _words(LISTS["hedges"]), _words(LISTS["turns"])
TOPICS = {topic: _words(text) for topic, text in LISTS["topics"].items()}
"""The topics of Market Context, in the order in which it names them."""

TOPIC_OF = {
    word: tuple(topic for topic, words in TOPICS.items() if word in words)
    for word in _words(" ".join(LISTS["topics"].values()))
}
MOVE = re.compile(rf"\b(?:{'|'.join(sorted(_words(LISTS['moves'])))})\b", re.IGNORECASE)
JOINTS, AUXILIARIES, OPENERS = _words(LISTS["joints"]), _words(LISTS["auxiliaries"]), _words(LISTS["openers"])
PREPOSITIONS, PRONOUNS, TELLING = (_words(LISTS[name]) for name in ("prepositions", "pronouns", "telling"))
KNOWN = _words(LISTS["known"]).union(OFF, ON, GOOD_WHEN_UP, BAD_WHEN_UP, TOPIC_OF) - _words(LISTS["names"])
"""Words that a sentence writes in lower case unless they open it."""
PLAIN = _words(LISTS["plain"]).union(
    *(HEDGES, NEGATIONS, TURNS, JOINTS, AUXILIARIES, OPENERS, PREPOSITIONS, PRONOUNS, TELLING),
    *(_words(LISTS[name]) for name in ("moves", "up", "down")),
)
"""Words that do not tell what a text is about."""

DENIALS = (["is", "not"], ["was", "not"], ["are", "not"], ["were", "not"])
NEGATION_REACH, SUBJECT_BEHIND, SUBJECT_AHEAD = 5, 6, 3
"""How many words away a negation still turns a word, and a subject still belongs to a direction."""


def leanings(words: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the place of each word that leans and its side, +1 for risk-on; a negation turns it.

    A direction ("rose") counts by its nearest subject: "unemployment rose" is bad.
    """
    for place, word in enumerate(words):
        side = _side(words, place, word)
        if side:
            before = words[max(0, place - NEGATION_REACH) : place]
            negated = not NEGATIONS.isdisjoint(before) or words[place + 1 : place + 3] in DENIALS
            yield place, -side if negated else side


def _side(words: Sequence[str], place: int, word: str) -> int:
    if word in UP or word in DOWN:
        behind = reversed(words[max(0, place - SUBJECT_BEHIND) : place])
        around = (*behind, *words[place + 1 : place + 1 + SUBJECT_AHEAD])
        subject = next((near for near in around if near in GOOD_WHEN_UP or near in BAD_WHEN_UP), None)
        if subject is not None:
            return 1 if (subject in GOOD_WHEN_UP) == (word in UP) else -1
    return (word in ON) - (word in OFF)
