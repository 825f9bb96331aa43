"""Tell a text that has nothing to do with finance from one that may have."""

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
"""Of fewer words nobody can say what they are about."""

WORDS_EACH, MOST = 20, 8
"""A word that may mean something else must be joined by another for each so many words, up to MOST in all."""


def check(request: DebateRequest) -> None:
    """Raise ContentNotFinancial where a request that does not insist has nothing financial in it.

    Only English is refused: there are no lists to read other languages by. It rather takes a text that is not financial
    than refuses one that is.
    """
    content = request.content
    text = "\n".join((content.title, content.text, request.question or ""))
    if not request.force and not _speaks(text) and _is_english(text):
        raise ContentNotFinancial(
            "Nothing in it speaks of markets, money or the economy. Send it with force: true to have it debated anyway."
        )


def _is_english(text: str) -> bool:
    """Say whether there are words enough, in Latin letters, and few that tell of another language."""
    written = WORD.findall(text)
    latin = {word.lower() for word in written if LATIN.fullmatch(word)}
    foreign = {word for word in latin if word in FOREIGN or not word.isascii()}
    return len(latin) >= FEWEST and 2 * len(latin) > len(set(written)) and len(foreign) < _enough(written)


def _speaks(text: str) -> bool:
    """Say whether a text speaks of money: in a figure, in a plain English word, or in enough everyday ones."""
    if FIGURE.search(text):
        return True
    written = WORD.findall(text)
    words = {word.lower() for word in written}
    if not PLAIN.isdisjoint(words):
        return True
    tickers = {word for word in written if TICKER.fullmatch(word)}
    return len(words & EVERYDAY) + len(tickers) >= _enough(written)


def _enough(written: Sequence[str]) -> int:
    """Return how many different words make sure what so many words mean."""
    return min(MOST, 1 + len(written) // WORDS_EACH)
