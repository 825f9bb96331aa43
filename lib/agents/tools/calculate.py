"""Compute with decimal numbers, and show the calculation."""

import json
from decimal import Decimal, localcontext
from typing import Annotated, Literal

from pydantic import Field

# No `from __future__ import annotations`: AutoGen makes a schema of the annotations.

Operation = Literal["difference", "sum", "ratio", "percentage_change", "mean"]

LARGEST, SMALLEST = 1e15, 1e-9
"""The largest and the smallest magnitude that a result may have."""

MOST_NUMBERS, PAIR = 20, 2
"""The most numbers of one calculation, and how many a difference, a ratio or a change takes."""

PRECISION = 80
"""More digits than any sum, difference or product of numbers within these bounds has."""

ENDLESS, DIGITS = 40, 8
"""A quotient of more than 40 digits is rounded to 8, after the last step."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]


def calculate(
    operation: Annotated[
        Operation,
        "difference: the first number less the second; ratio: the first divided by the second; percentage_change: "
        "from the first to the second; sum and mean: of all numbers",
    ],
    numbers: Annotated[list[Number], "Two numbers; for sum and mean two to twenty"],
) -> str:
    """Return JSON of the calculation as a line, its result, and whether the result is rounded. Raises ValueError."""
    most = MOST_NUMBERS if operation in {"sum", "mean"} else PAIR
    if not PAIR <= len(numbers) <= most:
        raise ValueError(f"numbers: {operation} takes {f'{PAIR} to {most}' if most > PAIR else f'exactly {PAIR}'}.")
    with localcontext(prec=PRECISION):
        steps, exact = _worked(operation, [_decimal(number) for number in numbers])
        result = _rounded(exact)
        shown = f"{_text(result)}%" if operation == "percentage_change" else _text(result)
        return json.dumps({"calculation": f"{steps} = {shown}", "result": shown, "rounded": result != exact})


def _decimal(number: float) -> Decimal:
    if 0 < abs(number) < SMALLEST:
        raise ValueError(f"numbers: each must be 0 or at least {SMALLEST:.9f}.")
    return Decimal(repr(number))


def _worked(operation: Operation, values: list[Decimal]) -> tuple[str, Decimal]:
    """Return the steps as text, and their exact result."""
    first, second = values[:PAIR]
    terms, total = " + ".join(map(_operand, values)), sum(values, Decimal(0))
    match operation:
        case "difference":
            return f"{_operand(first)} - {_operand(second)}", first - second
        case "sum":
            return terms, total
        case "mean":
            return f"({terms}) / {len(values)}", total / len(values)
        case "ratio" if second:
            return f"{_operand(first)} / {_operand(second)}", first / second
        case "ratio":
            raise ValueError("numbers: the second must not be 0, as the first is divided by it.")
        case "percentage_change" if first > 0:
            return f"({_operand(second)} - {_text(first)}) / {_text(first)}", (second - first) / first * 100
        case "percentage_change":
            raise ValueError("numbers: a percentage change starts from a number above 0.")


def _rounded(exact: Decimal) -> Decimal:
    """Round a quotient of too many digits; sums and differences stay exact."""
    if len(exact.normalize().as_tuple().digits) <= ENDLESS:
        return exact
    return exact.quantize(Decimal(1).scaleb(min(0, exact.adjusted() - DIGITS + 1)))


def _text(value: Decimal) -> str:
    return f"{value.normalize() + 0:f}"


def _operand(value: Decimal) -> str:
    return f"({_text(value)})" if value < 0 else _text(value)
