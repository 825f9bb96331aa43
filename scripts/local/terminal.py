"""Show a debate in a terminal, live."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.agents.roster import Agent

COLOURS = {"financial_analyst": "36", "market_context": "33", "risk_challenger": "35", "judge": "32"}
STANCES = {"risk_on": ("RISK ON", "32"), "risk_off": ("RISK OFF", "31"), "neutral": ("NEUTRAL", "33")}
WIDTH = min(shutil.get_terminal_size((88, 24)).columns, 88)
COLOURFUL = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
BAR = 20
RULE, FULL, EMPTY = (
    ("\u2500", "\u2588", "\u2591") if (sys.stdout.encoding or "").lower() == "utf-8" else ("-", "#", ".")
)


def paint(text: str, code: str) -> str:
    """Colour a text where a terminal shows it."""
    return f"\033[{code}m{text}\033[0m" if COLOURFUL else text


def _told(use: dict[str, Any]) -> str:
    """Say what a tool answered, in a few words."""
    answer: dict[str, Any] = json.loads(use["result"])
    found = answer.get("signals") or answer.get("passages") or ()
    return f"{use['name']}: {answer.get('calculation') or answer.get('error') or f'{len(found)} found'}"


class Terminal:
    """Prints a debate's events as they come: who speaks, the words, and in the end the verdict."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        """Know the agents by name."""
        self._names = {agent.id: agent.name for agent in agents}
        self._rounds = 0
        self._place = ""
        self._column = 0
        self._word = ""

    def show(self, event: dict[str, Any]) -> None:
        """Print one event."""
        match event:
            case {"type": "debate.queued", "title": title, "rounds": rounds}:
                self._rounds = rounds
                self._line(paint(title, "1"))
            case {"type": "debate.started", "model": "offline", "attempt": 1}:
                self._line(paint("Offline model: rules that quote and count, no opinion. README names real ones.", "2"))
            case {"type": "turn.started"}:
                self._heading(event)
            case {"type": "turn.delta", "text": text}:
                self._flow(text)
            case {"type": "turn.completed"}:
                self._flow("\n")
            case {"type": "turn.failed" | "debate.failed", "problem": problem}:
                self._line(paint(f"\n{problem['title']}: {problem['detail']}", "31"))
            case {"type": "verdict.completed", "verdict": verdict}:
                self._verdict(verdict)
            case _:
                self._aside(event)

    def _aside(self, event: dict[str, Any]) -> None:
        """Print what comes between turns, or within one."""
        match event:
            case {"type": "steer.applied", "text": text}:
                self._line("\n" + paint("You", "1"))
                self._line(textwrap.fill(text, WIDTH))
            case {"type": "turn.reset"}:
                self._note("this turn begins again")
            case {"type": "tool.completed"}:
                self._note(_told(event))
            case _:
                pass

    def _heading(self, event: dict[str, Any]) -> None:
        place = "verdict" if event["role"] == "judge" else f"round {event['round']} of {self._rounds}"
        if place != self._place:
            self._place = place
            self._line(paint(f"\n{f' {place} ':{RULE}^{WIDTH}}", "2"))
        agent: str = event["agent"]
        self._line("\n" + paint(self._names.get(agent, agent), f"1;{COLOURS.get(agent, '0')}"))

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

    def _verdict(self, verdict: dict[str, Any]) -> None:
        stance, colour = STANCES[verdict["stance"]]
        filled = round(verdict["confidence"] * BAR)
        bar = paint(FULL * filled, colour) + paint(EMPTY * (BAR - filled), "2")
        self._line(f"{paint(stance, f'1;{colour}')}  confidence {bar} {verdict['confidence']:.2f}\n")
        self._line(textwrap.fill(verdict["summary"], WIDTH))
        for title, key in (("What speaks for it", "key_points"), ("Dissent", "dissent"), ("Not known", "missing_data")):
            self._points(title, verdict[key])
        self._points("Evidence, word for word", [self._quote(evidence) for evidence in verdict["evidence"]])
        changes = [f"{one['rule']}: from {one['from']:.2f} to {one['to']:.2f}" for one in verdict["adjustments"]]
        self._points("Why the confidence is no other", changes)

    def _quote(self, evidence: dict[str, Any]) -> str:
        source = "the content"
        if evidence["source"] == "turn":
            source = f"{self._names.get(evidence['agent'], evidence['agent'])}, turn {evidence['turn']}"
        return f'"{evidence["quote"]}" ({source})'

    def _points(self, title: str, points: list[str]) -> None:
        if points:
            self._line(f"\n{paint(title, '1')}")
        for point in points:
            self._line(textwrap.fill(point, WIDTH, initial_indent="  - ", subsequent_indent="    "))
