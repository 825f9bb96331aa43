"""Describe the result of a debate."""

from __future__ import annotations

from lib.contract.closed import Closed
from lib.contract.debate import Debate
from lib.contract.events import DebateUsage, TurnCompleted, TurnFailed
from lib.contract.verdict import Verdict


class Steer(Closed):
    """What the user said during the debate; `turn` is the first that was spoken after it was applied, if any was."""

    steer: int
    text: str
    turn: int | None


class DebateResult(Closed):
    """A debate's turns in order, those that failed too, its steers, its verdict, and what it used so far."""

    debate: Debate
    turns: tuple[TurnCompleted | TurnFailed, ...]
    steers: tuple[Steer, ...] = ()
    verdict: Verdict | None
    usage: DebateUsage
