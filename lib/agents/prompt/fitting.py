"""Shorten texts to a model's context, by an estimate of their tokens that needs no download."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKEN = re.compile(r"[A-Za-z]{1,5}|[0-9]{1,2}|[^\x00-\x7f]|[^\sA-Za-z0-9\x80-\U0010ffff]{1,2}")
"""One token of the estimate; white space belongs to the word behind it."""

OMISSION = "[... {left} characters left out here ...]"
OMISSION_TOKENS = 24


def estimate(text: str) -> int:
    """Estimate the tokens of a text, rather too many than too few: a letter beyond ASCII is one."""
    return len(TOKEN.findall(text))


def estimate_json(text: str) -> int:
    """Estimate the tokens of a text as JSON writes it."""
    return estimate(json.dumps(text, ensure_ascii=False))


def fit(texts: Sequence[str], weights: Sequence[int], max_tokens: int) -> list[str]:
    """Shorten the texts that have more tokens than their share of `max_tokens`.

    A text is cut in the middle, between two words; a note says how many characters are left out.
    """
    sizes = [estimate_json(text) for text in texts]
    shares = share(sizes, weights, max_tokens)
    return [_shorten(text, size, tokens) for text, size, tokens in zip(texts, sizes, shares, strict=True)]


def _shorten(text: str, size: int, tokens: int) -> str:
    if size <= tokens:
        return text
    kept = max(0, len(text) * (tokens - OMISSION_TOKENS) // size)
    while True:
        short = _cut(text, kept)
        if kept == 0 or estimate_json(short) <= tokens:
            return short
        kept = kept * 9 // 10


def _cut(text: str, kept: int) -> str:
    head, tail = text[: kept // 2], text[len(text) - kept // 2 :]
    # Half a word, or worse half a figure, says something else than the whole one.
    head = head if text[len(head) : len(head) + 1].isspace() else re.sub(r"\S{0,40}\Z", "", head)
    tail = tail if text[: len(text) - len(tail)][-1:].isspace() else re.sub(r"\A\S{0,40}", "", tail)
    note = OMISSION.format(left=f"{len(text) - len(head) - len(tail):,}")
    return " ".join(filter(None, (head.rstrip(), note, tail.lstrip())))


def share(sizes: Sequence[int], weights: Sequence[int], total: int) -> list[int]:
    """Divide `total` tokens: each size gets what it needs, or its weighted part of what the smaller ones leave."""
    shares = [0] * len(sizes)
    waiting = sorted(range(len(sizes)), key=lambda place: sizes[place] / weights[place])
    left = max(0, total)
    for done, place in enumerate(waiting):
        part = left * weights[place] // sum(weights[other] for other in waiting[done:])
        shares[place] = min(sizes[place], part)
        left -= shares[place]
    return shares
