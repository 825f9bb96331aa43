"""Find the numbers in a text that have no source."""

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


def invented(texts: Iterable[str], material: Iterable[str], calculations: Iterable[tuple[str, str]] = ()) -> set[str]:
    """Return the numbers in `texts` that are neither in the material nor the result of a sum shown in the text.

    `calculations` are the tool's: (JSON of the arguments, line of the result).
    """
    known = {value for text in material for value in _values(text)}
    computed = _computed(calculations, known)
    return {
        figure
        for text in texts
        for figure in FIGURE.findall(text)
        if _value(figure) not in known | {_value(result) for result in _sums(text)}
        and not any(_rounds(exact, _value(figure)) for exact in computed)
    }


def _values(text: str) -> set[Decimal]:
    return {_value(figure) for figure in FIGURE.findall(text)}


def _computed(calculations: Iterable[tuple[str, str]], known: set[Decimal]) -> set[Decimal]:
    """Return the numbers of the calculations whose arguments are all known: a calculation is no source by itself."""
    computed = set[Decimal]()
    for given, line in calculations:
        if _values(given) <= known | computed:
            computed |= _values(line)
    return computed


def _sums(text: str) -> list[str]:
    """Return the results of the correct sums in a text; a result may be rounded."""
    return [result for one, sign, other, result in SUM.findall(text) if _right(one, sign, other, result)]


def _right(one: str, sign: str, other: str, result: str) -> bool:
    try:
        exact, shown = abs(OPERATIONS[sign](_value(one), _value(other))), _value(result)
    except (InvalidOperation, DivisionByZero):
        return False
    return _rounds(exact, shown)


def _rounds(exact: Decimal, shown: Decimal) -> bool:
    return abs(exact - shown) <= Decimal(1).scaleb(int(shown.as_tuple().exponent)) / 2


def _value(figure: str) -> Decimal:
    """Return a number's value; commas separate thousands."""
    plain = figure.replace(",", "").strip(".")
    return Decimal(plain if plain.count(".") <= 1 else plain.replace(".", ""))
