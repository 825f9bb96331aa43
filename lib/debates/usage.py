"""Add up the tokens that a debate used, by agent and model, and their cost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from lib.contract.events import NOTHING, DebateUsage, Spent, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MILLION = 1_000_000


class Price(NamedTuple):
    """The price of a model, in US dollars for a million tokens."""

    input: Decimal
    output: Decimal


UsedBy = tuple[str, Usage]


def _sum(usages: Iterable[Usage]) -> Usage:
    return sum(usages, NOTHING)


def _spent(entries: Iterable[UsedBy], prices: Mapping[str, Price]) -> Spent:
    """Sum the usage of the models; one without a price leaves the cost None."""
    used = list(entries)
    cost: Decimal | None = Decimal(0)
    for model, usage in used:
        price = prices.get(model)
        if cost is not None and usage != NOTHING:
            cost = None if price is None else cost + _cost(usage, price)
    total = _sum(usage for _, usage in used)
    return Spent(**total.model_dump(), cost_usd=None if cost is None else float(round(cost, 6)))


def _cost(usage: Usage, price: Price) -> Decimal:
    return (usage.input_tokens * price.input + usage.output_tokens * price.output) / MILLION


class UsageTotals:
    """The usage of all attempts at all turns of a debate so far."""

    def __init__(self) -> None:
        self._entries: dict[str, list[UsedBy]] = {}

    def add(self, agent: str, model: str, usage: Usage) -> None:
        """Add the usage of one attempt of an agent."""
        self._entries.setdefault(agent, []).append((model, usage))

    @property
    def tokens(self) -> int:
        """The input and output tokens of all attempts."""
        total = _sum(usage for _, usage in self._all())
        return total.input_tokens + total.output_tokens

    def usage(self, prices: Mapping[str, Price]) -> DebateUsage:
        """Return the usage of the debate and of each agent, with its cost at `prices`."""
        agents = {agent: _spent(entries, prices) for agent, entries in self._entries.items()}
        return DebateUsage(**_spent(self._all(), prices).model_dump(), agents=agents)

    def _all(self) -> list[UsedBy]:
        return [entry for entries in self._entries.values() for entry in entries]
