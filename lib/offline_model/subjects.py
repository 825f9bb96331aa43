"""Find what a sentence says has moved: "high-yield spreads" in "High-yield spreads widened to 390 basis points"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lib.offline_model import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_WORDS = 6
CLAUSE = re.compile(r"[,;:()\u2014\u201c\u201d\"]|\s[\u2013-]\s|\.\s")
TOKEN = re.compile(r"\S+")


def subjects(sentence: str, lower: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield each subject that can stand in the middle of another sentence, and the place of its verb.

    `lower` holds the words that the text writes in lower case, and so tells a name from the first word of a sentence.
    """
    begin = 0
    for verb in lexicon.MOVE.finditer(sentence):
        between = sentence[begin : verb.start()]
        cut = max((found.end() for found in CLAUSE.finditer(between)), default=0)
        subject = _subject(TOKEN.findall(between[cut:]), split=begin > 0)
        if subject:
            opens = sentence.startswith(subject[0])
            if written := _written(subject, lower) if opens else " ".join(subject):
                yield written, verb.start()
        begin = verb.end()


def _subject(words: list[str], *, split: bool) -> list[str]:
    """Return the words between the last joint of the clause and its verb, or none where they name nothing."""
    for place in range(len(words) - 1, -1, -1):
        word = words[place].lower()
        told = word == "that" and words[max(0, place - 1)].lower() in lexicon.TELLING
        if word in lexicon.JOINTS or told or (split and word == "and"):
            words = words[place + 1 :]
            break
    while words and words[-1].lower() in lexicon.AUXILIARIES:
        words = words[:-1]
    while words and words[0].lower() in lexicon.OPENERS:
        words = words[1:]
    vague = not words or len(words) > MOST_WORDS or any(map(_vague, words))
    return [] if vague or words[0].lower() in lexicon.PREPOSITIONS else words


def _vague(word: str) -> bool:
    return word.lower() in lexicon.PRONOUNS or not re.fullmatch(r"[A-Za-z&'\u2019/.-]+", word)


def _written(words: list[str], lower: frozenset[str]) -> str:
    """Return a subject that opened its sentence as it is written inside one, or nothing where that is not known."""
    first = words[0]
    known = first.lower() in lower or first.lower() in lexicon.KNOWN or re.search(r"-[a-z]", first)
    if known:
        return " ".join((first.lower(), *words[1:]))
    named = first.isupper() or (len(words) > 1 and words[1][:1].isupper())
    return " ".join(words) if named else ""
