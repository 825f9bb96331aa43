"""Compute with decimal numbers, and show how."""

import json
from decimal import Decimal, localcontext
from typing import Annotated, Literal

from pydantic import Field

# Annotations are not postponed here: AutoGen makes a schema of them.

Operation = Literal["difference", "sum", "ratio", "percentage_change", "mean"]

LARGEST, SMALLEST = 1e15, 1e-9
MOST_NUMBERS, PAIR = 20, 2
PRECISION = 80
"""Digits that no sum, difference or product of such numbers needs."""

ENDLESS, DIGITS = 40, 8
"""A quotient of more digits than the first is rounded to the second, in the end and only then."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]


def calculate(
    operation: Annotated[
        Operation,
        "difference: the first number less the second; ratio: the first divided by the second; percentage_change: "
        "from the first to the second; sum and mean: of all numbers",
    ],
    numbers: Annotated[list[Number], "Two numbers; for sum and mean two to twenty"],
) -> str:
    """Return the calculation as a line, its result, and whether that had to be rounded. Raises ValueError."""
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
    """Return the steps, and what comes of them."""
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
    """Round what has no end; a sum always has one."""
    if len(exact.normalize().as_tuple().digits) <= ENDLESS:
        return exact
    return exact.quantize(Decimal(1).scaleb(min(0, exact.adjusted() - DIGITS + 1)))


def _text(value: Decimal) -> str:
    return f"{value.normalize() + 0:f}"


def _operand(value: Decimal) -> str:
    return f"({_text(value)})" if value < 0 else _text(value)
