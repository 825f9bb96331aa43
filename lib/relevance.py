"""Tell a text that has nothing to do with finance from one that may have."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from lib.problems import ContentNotFinancial

if TYPE_CHECKING:
    from lib.contract.debate import DebateRequest

LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
WORDS, BEGINNINGS = frozenset(LISTS["words"].split()), tuple(set(LISTS["beginnings"].split()))

FIGURE = re.compile(
    r"[$€£¥₹₿]\s?[\d.,]*\d|\d\s?(?:[%‰€£¥₹]|percent|per cent|bps?\b|basis points|bn\b|billion|trillion)"
    r"|\b(?:USD|EUR|GBP|JPY|CHF|CNY)\b|\$[A-Z]{1,5}\b",
)
"""A figure that measures money or a share of something, a currency, or a ticker."""

WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f-]+")
FEWEST = 8
"""Of fewer words nobody can say what they are about; nor of those in another script, for which there is no list."""


def check(request: DebateRequest) -> None:
    """Raise ContentNotFinancial where a request that does not insist has nothing financial in it.

    It rather takes a text that has not than refuses one that has.
    """
    content = request.content
    texts = (content.title, content.text, request.question or "")
    if not request.force and not any(map(_speaks, texts)) and len(_known(" ".join(texts))) >= FEWEST:
        raise ContentNotFinancial(
            "Nothing in it speaks of markets, money or the economy. Send it with force: true to have it debated anyway."
        )


def _speaks(text: str) -> bool:
    if FIGURE.search(text):
        return True
    found = {word.lower() for word in WORD.findall(text)}
    return not WORDS.isdisjoint(found) or any(word.startswith(BEGINNINGS) for word in found)


def _known(text: str) -> set[str]:
    """Return the words of a text that could have been on the lists."""
    words = set(WORD.findall(text))
    known = {word.lower() for word in words if LATIN.fullmatch(word)}
    return known if 2 * len(known) > len(words) else set()
