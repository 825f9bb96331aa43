"""Show a debate in a terminal, live."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any, assert_never

from lib.agents.model import OFFLINE
from lib.contract.events import (
    ENVELOPED,
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lib.agents.roster import Agent
    from lib.contract.events import Event
    from lib.contract.failures import EventProblem
    from lib.contract.verdict import Evidence, Verdict

COLOURS = {"financial_analyst": "36", "market_context": "33", "risk_challenger": "35", "judge": "32"}
STANCES = {"risk_on": ("RISK ON", "32"), "risk_off": ("RISK OFF", "31"), "neutral": ("NEUTRAL", "33")}
WIDTH = min(shutil.get_terminal_size((88, 24)).columns, 88)
COLOURFUL = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
OFFLINE_NOTE = "Offline model: rules that quote and count, no opinion. README names real ones."
BAR = 20
RULE, FULL, EMPTY = (
    ("\u2500", "\u2588", "\u2591") if (sys.stdout.encoding or "").lower() == "utf-8" else ("-", "#", ".")
)


def paint(text: str, code: str) -> str:
    """Colour a text where a terminal shows it."""
    return f"\033[{code}m{text}\033[0m" if COLOURFUL else text


def _answer(tool: ToolCompleted) -> str:
    """Return what a tool answered, in a few words."""
    answer: dict[str, Any] = json.loads(tool.result)
    found = answer.get("signals") or answer.get("passages") or ()
    return f"{tool.name}: {answer.get('calculation') or answer.get('error') or f'{len(found)} found'}"


class Terminal:
    """Prints a debate's events as they come: who speaks, the words, and in the end the verdict."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        """Know the agents by name."""
        self._names = {agent.id: agent.name for agent in agents}
        self._rounds = 0
        self._place = ""
        self._column = 0
        self._word = ""

    def show(self, event: Mapping[str, Any]) -> None:
        """Print one event as a stream carries it; a type of a later release is left out."""
        if model := ENVELOPED.get(event["type"]):
            self._show(model.model_validate(event))

    def _show(self, event: Event) -> None:
        match event:
            case TurnStarted() | TurnDelta() | TurnReset() | TurnCompleted() | TurnFailed() | ToolCompleted():
                self._turn(event)
            case DebateQueued():
                self._rounds = event.rounds
                self._line(paint(event.title, "1"))
            case DebateStarted():
                if event.model == OFFLINE and event.attempt == 1:
                    self._line(paint(OFFLINE_NOTE, "2"))
            case SteerApplied():
                self._line("\n" + paint("You", "1"))
                self._line(textwrap.fill(event.text, WIDTH))
            case VerdictCompleted():
                self._verdict(event.verdict)
            case DebateFailed():
                self._problem(event.problem)
            case SteerAccepted() | DebateCompleted() | DebateCancelled():
                pass  # a steer is printed once it is applied; scripts/demo says itself how the debate ended
            case _:
                assert_never(event)

    def _turn(self, event: TurnStarted | TurnDelta | TurnReset | TurnCompleted | TurnFailed | ToolCompleted) -> None:
        match event:
            case TurnStarted():
                self._heading(event)
            case TurnDelta():
                self._flow(event.text)
            case TurnReset():
                self._note("this turn begins again")
            case TurnCompleted():
                self._flow("\n")
            case TurnFailed():
                self._problem(event.problem)
            case ToolCompleted():
                self._note(_answer(event))
            case _:
                assert_never(event)

    def _problem(self, problem: EventProblem) -> None:
        self._line(paint(f"\n{problem.title}: {problem.detail}", "31"))

    def _heading(self, turn: TurnStarted) -> None:
        place = "verdict" if turn.role == "judge" else f"round {turn.round} of {self._rounds}"
        if place != self._place:
            self._place = place
            self._line(paint(f"\n{f' {place} ':{RULE}^{WIDTH}}", "2"))
        self._line("\n" + paint(self._names.get(turn.agent, turn.agent), f"1;{COLOURS.get(turn.agent, '0')}"))

    def _note(self, text: str) -> None:
        self._flow("\n" if self._column or self._word else "")
        self._line(paint(textwrap.fill(f"({text})", WIDTH), "2"))

    def _line(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
        self._column = 0

    def _flow(self, text: str) -> None:
        """Print words as they arrive, none across the edge."""
        for character in text:
            if not character.isspace():
                self._word += character
                continue
            self._put_word()
            if character == "\n":
                self._line("")
        sys.stdout.flush()

    def _put_word(self) -> None:
        if self._column and self._column + 1 + len(self._word) > WIDTH:
            self._line("")
        if self._word:
            sys.stdout.write(f"{' ' if self._column else ''}{self._word}")
            self._column += bool(self._column) + len(self._word)
        self._word = ""

    def _verdict(self, verdict: Verdict) -> None:
        stance, colour = STANCES[verdict.stance]
        filled = round(verdict.confidence * BAR)
        bar = paint(FULL * filled, colour) + paint(EMPTY * (BAR - filled), "2")
        self._line(f"{paint(stance, f'1;{colour}')}  confidence {bar} {verdict.confidence:.2f}\n")
        self._line(textwrap.fill(verdict.summary, WIDTH))
        self._points("What speaks for it", verdict.key_points)
        self._points("Dissent", verdict.dissent)
        self._points("Not known", verdict.missing_data)
        self._points("Evidence, word for word", [self._quote(evidence) for evidence in verdict.evidence])
        changes = [f"{one.rule}: from {one.from_:.2f} to {one.to:.2f}" for one in verdict.adjustments]
        self._points("Why the confidence is no other", changes)

    def _quote(self, evidence: Evidence) -> str:
        source = "the content"
        if evidence.source == "turn" and evidence.agent is not None:
            source = f"{self._names.get(evidence.agent, evidence.agent)}, turn {evidence.turn}"
        return f'"{evidence.quote}" ({source})'

    def _points(self, title: str, points: Sequence[str]) -> None:
        if points:
            self._line(f"\n{paint(title, '1')}")
        for point in points:
            self._line(textwrap.fill(point, WIDTH, initial_indent="  - ", subsequent_indent="    "))
