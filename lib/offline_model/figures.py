"""Find the figures of a sentence, and the change that two of them make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = re.compile(
    rf"\b(?:\d{{1,2}} {MONTH}(?: \d{{4}})?|{MONTH} \d{{1,2}}(?:, \d{{4}})?(?!\d)|{MONTH} \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|Q[1-4](?: \d{4})?|(?:19|20)\d{2})\b"
)
FIGURE = re.compile(
    r"(?<![A-Za-z0-9_.,])(?<!S&P )(?<!Russell )(?<!Nasdaq )(?<!FTSE )"
    r"(?:(?<![^\s(])[+\u2212\u00b1-])?(?:US\$|[$\u20ac\xa3\xa5])?"
    r"\d++(?:[.,\u066b\u066c]\d++)*+(?:[%\u066a]|(?:bps?|bn|tn|mn|[mkx])\b|[ \xa0](?:percentage points|percent|per cent"
    r"|basis points|bps?|million|billion|trillion|points|cents|times)\b)?+"
    r"(?![A-Za-z0-9_]|-[A-Za-z]|[.,]\d| of \d)"
)
BARE = re.compile(r"\d+")
BEFORE_BARE = re.compile(r"\b(?:to|at|by|from|above|below|near|reached|averaged|is|was|were|are|only) $")
"""The words before a number without a unit that make it a measurement; "17 of 20 cities" is a count."""

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
UNIT = r"%| (?:percent|per cent|percentage points|basis points|bps|million|billion|trillion|points)\b"


def _amount(name: str) -> str:
    return rf"(?P<{name}_sign>[$\u20ac\xa3])?(?P<{name}>{NUMBER})(?P<{name}_unit>{UNIT})?(?![\w%]|[.,]\d)"


LEVEL = r"\b(?P<level>to|at|only|reached|averaged|of|a|is|are|now) "
GAP = r"(?:[^\d.;:()]|\d++-[a-z]){0,70}?"
CHANGES = (
    re.compile(rf"{LEVEL}{_amount('after')}{GAP}\b(?:from|compared with) {_amount('before')}(?! to \d)"),
    re.compile(rf"(?<![\w.,$%]){_amount('after')}{GAP}, (?:up|down) from {_amount('before')}"),
    re.compile(rf"\bfrom {_amount('before')} to {_amount('after')}"),
)
"""The ways in which a sentence gives a level and the one before it."""

POINTS = {"%": " percentage points", " percent": " percentage points", " per cent": " percentage points"}
CURRENCIES = {"$": "dollars", "\u20ac": "euros", "\xa3": "pounds"}


@dataclass(frozen=True, slots=True)
class Change:
    """A level, the level before, and the place where the sentence gives the new one."""

    before: str
    after: str
    unit: str
    place: int

    def __str__(self) -> str:
        """Show the whole calculation: "390 - 310 = 80 basis points"."""
        high, low = sorted((self.before, self.after), key=_value, reverse=True)
        return f"{high} - {low} = {_value(high) - _value(low):,}{self.unit}"


def figures(sentence: str, first: int = 0) -> tuple[str, ...]:
    """Return the figures of a sentence without its dates, first those that start at or after the place `first`."""
    found = [figure for figure in FIGURE.finditer(undated(sentence)) if _measures(figure, sentence)]
    return tuple(dict.fromkeys(figure[0] for figure in sorted(found, key=lambda figure: figure.start() < first)))


def _measures(figure: re.Match[str], sentence: str) -> bool:
    if not BARE.fullmatch(figure[0]):
        return True
    before = sentence[max(0, figure.start() - 10) : figure.start()]
    return bool(BEFORE_BARE.search(before)) or not before[-1:].isspace() or len(figure[0]) == len(sentence.strip())


def undated(sentence: str) -> str:
    """Replace dates by spaces of the same length."""
    return DATE.sub(lambda date: " " * len(date[0]), sentence)


def change(sentence: str) -> Change | None:
    """Return the first change of a level that the sentence gives, if the units of both values agree."""
    if " from " not in sentence and " compared with " not in sentence:
        return None
    plain = undated(sentence)
    for pattern in CHANGES:
        found = pattern.search(plain)
        if found and found["before"] != found["after"] and _alike(found):
            return Change(found["before"], found["after"], _unit(found), found.start("after"))
    return None


def _alike(found: re.Match[str]) -> bool:
    """Say whether both levels have one unit; "to 390 basis points from 310" names it once."""
    units, signs = ((found[f"after{part}"], found[f"before{part}"]) for part in ("_unit", "_sign"))
    same = units[0] == units[1] or (units[1] is None and found.groupdict().get("level") in {"to", "at", "reached"})
    return same and signs[0] == signs[1]


def _unit(found: re.Match[str]) -> str:
    unit, sign = found["after_unit"] or "", found["after_sign"]
    return f"{unit} {CURRENCIES[sign]}" if sign else POINTS.get(unit, unit)


def _value(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))
