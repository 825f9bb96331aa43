"""Read the price of each model's tokens."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from lib.debates.usage import Price
from lib.process.environment import Variable, items

Prices = dict[str, Price]


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError("a price must be a number of US dollars") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError("a price must be a number of US dollars, not below 0")
    return amount


def _prices(text: str) -> Prices:
    prices: Prices = {}
    for item in items(text):
        model, equals, amounts = item.rpartition("=")
        parts = amounts.split("/")
        if not equals or not model.strip() or len(parts) != len(Price._fields):
            raise ValueError("it must be like model=0.15/0.60, input before output, comma separated")
        prices[model.strip()] = Price(*map(_amount, parts))
    return prices


DEBATE_PRICES = Variable(
    "DEBATE_PRICES",
    "US dollars for a million tokens of each model, input/output, comma separated: gpt-4o-mini=0.15/0.60",
    _prices,
    None,
)
