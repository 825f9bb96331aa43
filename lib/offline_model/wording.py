"""Fill phrases in: choose among variants, spell counts, clean names."""

from __future__ import annotations

import hashlib
import operator
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lib.offline_model.signals import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lib.contract.debate import Signal

Item = TypeVar("Item")

PHRASES: dict[str, dict[str, list[str]]] = {
    file.stem: tomllib.loads(file.read_text("utf-8")) for file in (Path(__file__).parent / "phrases").glob("*.toml")
}
"""The variants of each phrase by file and key; [a|b] leaves a choice, {name} is filled in."""

Runs = frozenset[tuple[str, ...]]

RUN = 5
VERBATIM = ("{quote}", "{claim}", "{question}")
QUOTED = re.compile("|".join(map(re.escape, VERBATIM)))
PLACE = re.compile(r"\{(\w+)\}")
ENDED_TWICE = re.compile(r"([?!\u2026]\")\.")
ORDERS = 1 << 30
FEW_RUNS = 2
"""The runs that a short sentence may share with earlier turns; a longer one may share a quarter of its runs."""
CHOICE = re.compile(r"\[([^\[\]]*)\]")
TOKEN = re.compile(r"[^\W_]+(?:[.,'&/-][^\W_]+)*")
UNITS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SIDE_NAMES = {1: "risk-on", -1: "risk-off", 0: "neutral"}


def pick(options: Sequence[Item], *seed: object) -> Item:
    """Choose one option, always the same one for the same seed."""
    digest = hashlib.blake2b(repr(seed).encode(), digest_size=8).digest()
    return options[int.from_bytes(digest) % len(options)]


def runs(text: str) -> Runs:
    """Return every run of five words, in lower case."""
    words = TOKEN.findall(text.lower())
    return frozenset(zip(*(words[start:] for start in range(RUN)), strict=False))


def phrase(variants: Sequence[str], values: Mapping[str, str], said: Runs, turn: int, *seed: object) -> list[str]:
    """Return the variants filled in, first those that share fewest runs with `said`, without those that share many.

    A variant with an empty value is left out. Choices are made before values, which may have brackets, are filled in.
    """
    order = sorted(range(len(variants)), key=lambda at: pick(range(ORDERS), *seed, at))
    start = turn % len(order)
    found: list[tuple[int, str]] = []
    for at in (*order[start:], *order[:start]):
        if not all(values[name] for name in PLACE.findall(variants[at])):
            continue
        chosen = CHOICE.sub(
            lambda choice, at=at: pick(choice[1].split("|"), *seed, turn, at, choice.start()), variants[at]
        )
        own = runs(_fill(QUOTED.sub("", chosen), values))
        repeated = len(own & said)
        if repeated <= max(FEW_RUNS, len(own) // 4):
            found.append((repeated, _fill(chosen, values)))
    return [text for _, text in sorted(found, key=operator.itemgetter(0))]


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill values in: one that opens a sentence gets a capital, unless it is verbatim, and no sentence ends twice."""

    def value(place: re.Match[str]) -> str:
        text, before = values[place[1]], template[: place.start()].rstrip()
        opens = place[0] not in VERBATIM and (not before or before[-1] in ".?!")
        return text[:1].upper() + text[1:] if opens else text

    return ENDED_TWICE.sub(r"\1", PLACE.sub(value, template))


def number(count: int, zero: str = "no") -> str:
    """Spell a count, so that a turn has no digits that the material does not have."""
    if not count:
        return zero
    if count < len(UNITS):
        return UNITS[count]
    ten, unit = divmod(count, 10)
    if ten - 2 >= len(TENS):
        return "a hundred or more"
    return TENS[ten - 2] + (f"-{UNITS[unit]}" if unit else "")


def plural(count: int, noun: str) -> str:
    """Spell a count with its noun: "no figures", "one figure", "two figures"."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def series(items: Sequence[str], last: str = "and") -> str:
    """Join items as English does: "a", "a and b", "a, b and c"."""
    return f" {last} ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def ended(text: str) -> str:
    """Return a sentence with a full stop, unless it ends with another mark."""
    return text if text.endswith(("?", "!")) else f"{text}."


def clean(text: str) -> str:
    """Return a text that is one line and has no quotation marks or control characters."""
    kept = (" " if unicodedata.category(sign)[0] == "C" or sign == '"' else sign for sign in text)
    return " ".join("".join(kept).split())


def named(signal: Signal) -> str:
    """Name a signal."""
    return clean(signal.name) or "an unnamed signal"


def described(signal: Signal) -> str:
    """Name a signal with its strength and value as they stand in the material."""
    value = None if signal.value is None else f"at {signal.value!r}"
    facts = ", ".join(part for part in (clean(signal.strength or ""), value) if part)
    return f"{named(signal)} ({facts})" if facts else named(signal)


def state(signal: Signal) -> str:
    """Name a signal's state as a reader writes it."""
    return SIDE_NAMES[SIDES[signal.state]]
