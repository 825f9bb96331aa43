"""Add up what a debate used, by agent and model, and say what that cost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from lib.contract.events import NOTHING, DebateUsage, Spent, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MILLION = 1_000_000


class Price(NamedTuple):
    """US dollars for a million tokens."""

    input: Decimal
    output: Decimal


UsedBy = tuple[str, Usage]


def _sum(usages: Iterable[Usage]) -> Usage:
    return sum(usages, NOTHING)


def _spent(entries: Iterable[UsedBy], prices: Mapping[str, Price]) -> Spent:
    """Sum what the models used; one without a price leaves the cost unknown."""
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
    """What was used so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._entries: dict[str, list[UsedBy]] = {}

    def add(self, agent: str, model: str, usage: Usage) -> None:
        """Enter what one attempt of an agent used."""
        self._entries.setdefault(agent, []).append((model, usage))

    @property
    def tokens(self) -> int:
        """Return all tokens."""
        total = _sum(usage for _, usage in self._all())
        return total.input_tokens + total.output_tokens

    def usage(self, prices: Mapping[str, Price]) -> DebateUsage:
        """Return all of it, at these prices."""
        agents = {agent: _spent(entries, prices) for agent, entries in self._entries.items()}
        return DebateUsage(**_spent(self._all(), prices).model_dump(), agents=agents)

    def _all(self) -> list[UsedBy]:
        return [entry for entries in self._entries.values() for entry in entries]
