"""Lower a verdict's confidence by written rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from lib.agents.model import OFFLINE
from lib.contract.verdict import Adjustment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lib.contract.debate import DebateRequest

FRESH = timedelta(days=7)
"""An older signal is stale."""

NO_SIGNALS, ALL_STALE, MISSING, NO_MODEL = 0.7, 0.8, 0.8, 0.8


class Rule(NamedTuple):
    """A rule that holds of a debate, and the factor by which it lowers the confidence."""

    name: str
    factor: float


def rules(request: DebateRequest, gaps: Sequence[str], model: str, now: datetime) -> Iterator[Rule]:
    """Yield the rules that hold of a debate, in the order in which they are applied.

    `gaps` are the turns that were not completed; staleness is measured from `now`.
    """
    stale = sum(now - signal.as_of > FRESH for signal in request.signals)
    if not request.signals:
        yield Rule("no-signals", NO_SIGNALS)
    elif stale:
        yield Rule("stale-signals", 1 - (1 - ALL_STALE) * stale / len(request.signals))
    if gaps:
        yield Rule("agent-missing", MISSING)
    if model == OFFLINE:
        yield Rule("offline-model", NO_MODEL)


def adjust(confidence: float, rules: Sequence[Rule]) -> tuple[float, tuple[Adjustment, ...]]:
    """Return the confidence after all rules, and an Adjustment for each."""
    steps: list[Adjustment] = []
    for rule in rules:
        lowered = round(confidence * rule.factor, 2)
        steps.append(Adjustment.model_validate({"rule": rule.name, "from": confidence, "to": lowered}))
        confidence = lowered
    return confidence, tuple(steps)
