"""Fold a debate's events into its state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from lib.contract.events import (
    DebateCancelled,
    DebateCompleted,
    DebateFailed,
    DebateQueued,
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
    """The state of a debate after some of its events.

    `completed`, `failed` and `attempts` are by the number of the turn. `begun` is the turn that has not ended, `shown`
    the characters of its deltas and of its tools' arguments. `heard` is what the next agent reads, in order. `steers`
    are those that were accepted and not yet applied, by number; `last_steer` is the newest number.
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
        """Add the next event."""
        match event:
            case DebateStarted():
                self._model = event.model
            case TurnStarted():
                self.begun, self.shown, self._speaker = event.turn, 0, event.agent
                self.attempts[event.turn] = event.attempt
            case TurnDelta(text=output) | ToolCompleted(arguments=output):
                self.shown += len(str(output))
            case TurnReset() | TurnCompleted() | TurnFailed():
                self._end_turn(event)
            case SteerAccepted():
                self.steers[event.steer] = event
                self.last_steer = event.steer
            case SteerApplied():
                self.steers.pop(event.steer, None)
                self.heard.append(event)
            case VerdictCompleted():
                self.verdict = event.verdict
            case DebateQueued() | DebateCompleted() | DebateFailed() | DebateCancelled():
                pass  # they change no turn: the row of the debate holds its status, and the turns add up to its usage
            case _:
                assert_never(event)

    def _end_turn(self, event: TurnReset | TurnCompleted | TurnFailed) -> None:
        self.begun, self.shown = None, 0
        match event:
            case TurnReset():
                self.ledger.add(self._speaker, self._model, event.usage)
            case TurnCompleted():
                self.completed[event.turn] = event
                self.heard.append(event)
                self.ledger.add(event.agent, event.model, event.usage)
            case TurnFailed():
                self.failed[event.turn] = event
                self.ledger.add(event.agent, self._model, event.usage)
            case _:
                assert_never(event)


def fold(events: Iterable[Event]) -> Progress:
    """Return the state after a whole log, or after the beginning of one."""
    progress = Progress()
    for event in events:
        progress.add(event)
    return progress
