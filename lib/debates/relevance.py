"""Refuse English content that has nothing to do with finance."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from lib.contract.problems import ContentNotFinancial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.contract.debate import DebateRequest

LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
PLAIN, EVERYDAY, FOREIGN = (frozenset(LISTS[name].split()) for name in ("plain", "everyday", "foreign"))

FIGURE = re.compile(
    r"[$€£¥₹₿]\s?[\d.,]*\d|\d\s?(?:[%‰€£¥₹]|percent|per cent|bps?\b|basis points|bn\b|billion|trillion)"
    r"|\b(?:USD|EUR|GBP|JPY|CHF|CNY|CAD|AUD|INR|BRL|KRW)\b|\$[A-Z]{1,5}\b|\bS&P\b|\bU\.?S\.? (?:Treasury|bonds)\b",
)
"""A figure that measures money or a share of something, a currency, or a ticker."""

WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff-]+")
TICKER = re.compile(r"[A-Z]{3,5}")
FEWEST = 8
"""Fewer different words than these are too few to judge a text by."""

WORDS_EACH, MOST = 20, 8
"""EVERYDAY words have other meanings, too: a text needs one, and one more for each WORDS_EACH words, at most MOST."""


def check(request: DebateRequest) -> None:
    """Raise ContentNotFinancial where the content is English, not financial, and `force` is not set.

    Only English is refused, as the word lists are English. In doubt a text is taken.
    """
    content = request.content
    text = "\n".join((content.title, content.text, request.question or ""))
    if not request.force and not _is_financial(text) and _is_english(text):
        raise ContentNotFinancial(
            "Nothing in it speaks of markets, money or the economy. Send it with force: true to have it debated anyway."
        )


def _is_english(text: str) -> bool:
    """Return whether a text has enough words in Latin letters, and few that are of another language."""
    written = WORD.findall(text)
    latin = {word.lower() for word in written if LATIN.fullmatch(word)}
    foreign = {word for word in latin if word in FOREIGN or not word.isascii()}
    return len(latin) >= FEWEST and 2 * len(latin) > len(set(written)) and len(foreign) < _enough(written)


def _is_financial(text: str) -> bool:
    """Return whether a text has a FIGURE, a PLAIN word, or enough EVERYDAY words and tickers."""
    if FIGURE.search(text):
        return True
    written = WORD.findall(text)
    words = {word.lower() for word in written}
    if not PLAIN.isdisjoint(words):
        return True
    tickers = {word for word in written if TICKER.fullmatch(word)}
    return len(words & EVERYDAY) + len(tickers) >= _enough(written)


def _enough(written: Sequence[str]) -> int:
    """Return how many different ambiguous words a text of these words needs (WORDS_EACH, MOST)."""
    return min(MOST, 1 + len(written) // WORDS_EACH)
