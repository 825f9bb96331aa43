"""Describe what came out of a debate."""

from __future__ import annotations

from lib.contract.closed import Closed
from lib.contract.debate import Debate
from lib.contract.events import DebateUsage, TurnCompleted, TurnFailed
from lib.contract.verdict import Verdict


class Remark(Closed):
    """A remark of the user; `turn` is the first that was spoken with it in mind, or nothing where there is none."""

    steer: int
    text: str
    turn: int | None


class DebateResult(Closed):
    """A debate's turns in order, those that failed too, what the user said, its verdict, and what it used so far."""

    debate: Debate
    turns: tuple[TurnCompleted | TurnFailed, ...]
    steers: tuple[Remark, ...] = ()
    verdict: Verdict | None
    usage: DebateUsage
