"""Describe what came out of a debate."""

from __future__ import annotations

from lib.contract.closed import Closed
from lib.contract.debate import Debate
from lib.contract.events import DebateUsage, TurnCompleted, TurnFailed
from lib.contract.verdict import Verdict


class DebateResult(Closed):
    """A debate's turns in order, those that failed too, its verdict once there is one, and what it used so far."""

    debate: Debate
    turns: tuple[TurnCompleted | TurnFailed, ...]
    verdict: Verdict | None
    usage: DebateUsage
