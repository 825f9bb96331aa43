"""Add up what a debate's events say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lib.contract.events import (
    DebateStarted,
    SteerAccepted,
    SteerApplied,
    ToolCompleted,
    TurnCompleted,
    TurnDelta,
    TurnFailed,
    TurnReset,
    TurnStarted,
    VerdictCompleted,
)
from lib.debates.usage import UsageTotals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.contract.events import Event
    from lib.contract.verdict import Verdict


@dataclass(slots=True)
class Progress:
    """What a debate's events add up to: turns by number, `begun` the one that has not ended and what it has `shown`.

    That is counted in characters, calls of tools included.
    `heard` is what the next speaker has heard, in order; `steers` are the remarks that still wait to enter.
    """

    completed: dict[int, TurnCompleted] = field(default_factory=dict[int, TurnCompleted])
    failed: dict[int, TurnFailed] = field(default_factory=dict[int, TurnFailed])
    attempts: dict[int, int] = field(default_factory=dict[int, int])
    begun: int | None = None
    shown: int = 0
    ledger: UsageTotals = field(default_factory=UsageTotals)
    verdict: Verdict | None = None
    heard: list[TurnCompleted | SteerApplied] = field(default_factory=list["TurnCompleted | SteerApplied"])
    steers: dict[int, SteerAccepted] = field(default_factory=dict[int, SteerAccepted])
    last_steer: int = 0
    _speaker: str = ""
    _model: str = ""

    def add(self, event: Event) -> None:
        """Go on by one event."""
        match event:
            case DebateStarted():
                self._model = event.model
            case TurnStarted():
                self.begun, self.shown, self._speaker = event.turn, 0, event.agent
                self.attempts[event.turn] = event.attempt
            case TurnDelta(text=said) | ToolCompleted(arguments=said):
                self.shown += len(str(said))
            case TurnReset():
                self.begun, self.shown = None, 0
                self.ledger.add(self._speaker, self._model, event.usage)
            case TurnCompleted():
                self.begun, self.shown = None, 0
                self.completed[event.turn] = event
                self.heard.append(event)
                self.ledger.add(event.agent, event.model, event.usage)
            case TurnFailed():
                self.begun, self.shown = None, 0
                self.failed[event.turn] = event
                self.ledger.add(event.agent, self._model, event.usage)
            case SteerAccepted():
                self.steers[event.steer] = event
                self.last_steer = event.steer
            case SteerApplied():
                self.steers.pop(event.steer, None)
                self.heard.append(event)
            case VerdictCompleted():
                self.verdict = event.verdict
            case _:
                pass


def fold(events: Iterable[Event]) -> Progress:
    """Add up a log."""
    progress = Progress()
    for event in events:
        progress.add(event)
    return progress
