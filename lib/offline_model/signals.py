"""Read the signals: how many are on each side, how far they agree, and which one disagrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lib.contract.debate import Signal, SignalState

Kind = Literal["none", "single", "unanimous", "divided", "tied"]

SIDES: dict[SignalState, int] = {"risk_on": 1, "risk_off": -1, "neutral": 0}
STATES: dict[int, SignalState] = {side: state for state, side in SIDES.items()}
GRADES = {"extreme": 3, "very": 3, "strong": 3, "high": 3, "weak": 1, "low": 1, "mild": 1, "slight": 1}
MODERATE = 2


@dataclass(frozen=True, slots=True)
class Board:
    """The signals of a request; a side is +1 for risk-on, -1 for risk-off, 0 for neutral."""

    signals: tuple[Signal, ...]

    def count(self, side: int) -> int:
        """Count the signals on a side: +1 is risk-on, -1 risk-off, 0 neutral."""
        return sum(SIDES[signal.state] == side for signal in self.signals)

    @property
    def lean(self) -> int:
        """Return the side with more signals; 0 where they balance, or most of them are neutral."""
        net = self.count(1) - self.count(-1)
        return (net > 0) - (net < 0) if 2 * self.count(0) <= len(self.signals) else 0

    @property
    def kind(self) -> Kind:
        """Return how far the signals agree."""
        if not self.signals:
            return "none"
        if not self.lean:
            return "tied"
        if len(self.signals) == 1:
            return "single"
        return "unanimous" if self.count(self.lean) == len(self.signals) else "divided"

    @property
    def agreement(self) -> float:
        """Return the share of the signals on the side of the lean."""
        return self.count(self.lean) / len(self.signals) if self.signals else 0

    @property
    def strongest(self) -> Signal | None:
        """Return the signal of the highest grade on the side of the lean."""
        backing = [signal for signal in self.signals if SIDES[signal.state] == self.lean] or self.signals
        return max(backing, key=grade, default=None)

    @property
    def odd(self) -> Signal | None:
        """Return the strongest signal on another side than the lean, an opposite one before a neutral one."""
        apart = [signal for signal in self.signals if SIDES[signal.state] != self.lean]
        return max(apart, key=lambda signal: (SIDES[signal.state] == -self.lean, grade(signal)), default=None)


def grade(signal: Signal) -> int:
    """Grade a signal's strength by its words, from 1 (weak) to 3 (strong); 2 without a known word."""
    return next((GRADES[word] for word in (signal.strength or "").lower().split() if word in GRADES), MODERATE)
