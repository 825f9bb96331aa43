"""Find the numbers in a text that come from nowhere."""

from __future__ import annotations

import operator
import re
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
SUM = re.compile(r"(\d[\d.,]*) ?([-+*/\u00d7\u2212\u00f7]) ?(\d[\d.,]*) = [-\u2212]?(\d[\d.,]*\d|\d)")
OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "\u2212": operator.sub,
    "*": operator.mul,
    "\u00d7": operator.mul,
    "/": Decimal.__truediv__,
    "\u00f7": Decimal.__truediv__,
}


def invented(texts: Iterable[str], material: Iterable[str]) -> set[str]:
    """Return the numbers in the texts that stand in no material, and follow from it by no sum that is shown."""
    known = {_value(figure) for text in material for figure in FIGURE.findall(text)}
    return {
        figure
        for text in texts
        for figure in FIGURE.findall(text)
        if _value(figure) not in known | {_value(result) for result in _sums(text)}
    }


def _sums(text: str) -> list[str]:
    """Return the results of the sums in a text that are right, as far as they are rounded."""
    return [result for one, sign, other, result in SUM.findall(text) if _right(one, sign, other, result)]


def _right(one: str, sign: str, other: str, result: str) -> bool:
    try:
        exact, shown = abs(OPERATIONS[sign](_value(one), _value(other))), _value(result)
    except (InvalidOperation, DivisionByZero):
        return False
    return abs(exact - shown) <= Decimal(1).scaleb(int(shown.as_tuple().exponent)) / 2


def _value(figure: str) -> Decimal:
    """Return a figure's value, so that 5,000 is 5000: commas part thousands."""
    plain = figure.replace(",", "").strip(".")
    return Decimal(plain if plain.count(".") <= 1 else plain.replace(".", ""))
