"""Compute for agents what they would else guess: read signals, find passages, do arithmetic."""

from __future__ import annotations

import re
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.contract.debate import DebateRequest

Operation = Literal["percentage_change", "ratio", "difference", "sum", "mean"]
Wanted = Literal["any", "risk_on", "risk_off", "neutral"]

MOST_NUMBERS, LARGEST = 20, 1e12
LONGEST_WORDS, MOST_PASSAGES, LONGEST_PASSAGE = 200, 5, 400
OF_TWO = {"percentage_change": "({1} - {0}) / {0} * 100", "ratio": "{0} / {1}", "difference": "{0} - {1}"}
PLACES = Decimal("0.0001")
SENTENCE = re.compile(r"\S[^.!?\n]*(?:[.!?](?!\s)[^.!?\n]*)*[.!?]?")


class Unusable(Exception):
    """What was asked for cannot be computed; the message says why, for whoever asked."""


def signals(request: DebateRequest, state: Wanted, name: str) -> list[dict[str, Any]]:
    """Return the signals of a state, or of any, whose name contains these words."""
    return [
        signal.model_dump(mode="json", exclude_none=True)
        for signal in request.signals
        if state in {"any", signal.state} and name.casefold() in signal.name.casefold()
    ]


def search_content(request: DebateRequest, words: str) -> list[dict[str, Any]]:
    """Return the sentences that have most of the words, with where they begin and end in the text. Raises Unusable."""
    if not words.strip() or len(words) > LONGEST_WORDS:
        raise Unusable(f"give some words, in at most {LONGEST_WORDS} characters")
    wanted = set(re.findall(r"\w+", words.casefold()))
    found = [
        (len(wanted.intersection(re.findall(r"\w+", sentence[0].casefold()))), sentence)
        for sentence in SENTENCE.finditer(request.content.text)
    ]
    best = sorted((one for one in found if one[0]), key=lambda one: (-one[0], one[1].start()))[:MOST_PASSAGES]
    return [
        {"passage": sentence[0][:LONGEST_PASSAGE], "start": sentence.start(), "end": sentence.end()}
        for _, sentence in best
    ]


def calculate(operation: Operation, numbers: Sequence[float]) -> dict[str, str]:
    """Return a calculation as it can be shown, and its result. Raises Unusable."""
    if not 1 <= len(numbers) <= MOST_NUMBERS:
        raise Unusable(f"give 1 to {MOST_NUMBERS} numbers")
    if not all(abs(number) <= LARGEST for number in numbers):  # which no NaN is
        raise Unusable(f"each number must be finite and at most {LARGEST:.0f}")
    values = [Decimal(str(number)) for number in numbers]
    written = [_plain(value) for value in values]
    if operation in OF_TWO:
        if len(values) != len("12"):
            raise Unusable(f"{operation} takes two numbers")
        return _shown(OF_TWO[operation].format(*written), _of_two(operation, *values))
    total = sum(values, Decimal(0))
    added = " + ".join(written)
    if operation == "sum":
        return _shown(added, total)
    return _shown(f"({added}) / {len(values)}", total / len(values))


def _of_two(operation: Operation, one: Decimal, other: Decimal) -> Decimal:
    try:
        with localcontext() as context:
            context.prec = 40
            if operation == "percentage_change":
                return (other - one) / one * 100
            return one / other if operation == "ratio" else one - other
    except (DivisionByZero, InvalidOperation):
        raise Unusable("that would divide by zero") from None


def _shown(calculation: str, result: Decimal) -> dict[str, str]:
    text = _plain(result.quantize(PLACES))
    return {"calculation": f"{calculation} = {text}", "result": text}


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
