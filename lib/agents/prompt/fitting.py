"""Make texts fit a model's context, by an estimate of their tokens that needs no download."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKEN = re.compile(r"[A-Za-z]{1,5}|[0-9]{1,2}|[^\x00-\x7f]|[^\sA-Za-z0-9\x80-\U0010ffff]{1,2}")
"""What is counted as a token; blanks belong to the word behind them."""

CUT = "[... {left} characters left out here ...]"
SPARE = 24
"""The tokens of such a mark."""


def estimate(text: str) -> int:
    """Estimate the tokens of a text, rather too many than too few: a letter beyond ASCII is one."""
    return len(TOKEN.findall(text))


def written(text: str) -> int:
    """Estimate the tokens of a text as JSON writes it."""
    return estimate(json.dumps(text, ensure_ascii=False))


def shorten(text: str, tokens: int) -> str:
    """Cut a text of more tokens in the middle, between two words, with a mark that says how much is gone."""
    return _shorten(text, written(text), tokens)


def fit(texts: Sequence[str], weights: Sequence[int], room: int) -> list[str]:
    """Shorten those that have more tokens than their share of a room."""
    sizes = [written(text) for text in texts]
    rooms = share(sizes, weights, room)
    return [_shorten(text, size, tokens) for text, size, tokens in zip(texts, sizes, rooms, strict=True)]


def _shorten(text: str, size: int, tokens: int) -> str:
    if size <= tokens:
        return text
    kept = max(0, len(text) * (tokens - SPARE) // size)
    while True:
        short = _cut(text, kept)
        if kept == 0 or written(short) <= tokens:
            return short
        kept = kept * 9 // 10


def _cut(text: str, kept: int) -> str:
    head, tail = text[: kept // 2], text[len(text) - kept // 2 :]
    # Half a word, or worse half a figure, says something else than the whole one.
    head = head if text[len(head) : len(head) + 1].isspace() else re.sub(r"\S{0,40}\Z", "", head)
    tail = tail if text[: len(text) - len(tail)][-1:].isspace() else re.sub(r"\A\S{0,40}", "", tail)
    mark = CUT.format(left=f"{len(text) - len(head) - len(tail):,}")
    return " ".join(filter(None, (head.rstrip(), mark, tail.lstrip())))


def share(sizes: Sequence[int], weights: Sequence[int], room: int) -> list[int]:
    """Divide a room of tokens: each gets what it needs, or its weighted part of what the smaller ones leave."""
    given = [0] * len(sizes)
    waiting = sorted(range(len(sizes)), key=lambda place: sizes[place] / weights[place])
    left = max(0, room)
    for done, place in enumerate(waiting):
        part = left * weights[place] // sum(weights[other] for other in waiting[done:])
        given[place] = min(sizes[place], part)
        left -= given[place]
    return given
