"""Gather what an agent knows when its turn comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lib.agents import DEBATERS, JUDGE
from lib.offline_model.reading import Passage, Reading, read, sentences
from lib.offline_model.signals import Board
from lib.offline_model.wording import PHRASES, SIDE_NAMES, described, named, number, phrase, pick, plural, runs, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lib.contract.debate import DebateRequest, Signal
    from lib.prompt import Speech, Task

NAMES = {agent.id: agent.name for agent in (*DEBATERS, JUDGE)}
ADJECTIVES = {1: "constructive", -1: "defensive", 0: "undecided"}
DANGLING = re.compile(r"(?:That|This|These|Those|It|Its|They|Neither|None|Both|Such|Then|So|And)\b")
"""How a sentence begins that needs the one before it."""
COMFORTABLE = range(50, 230)
SHORT = 14
"""The most words of a passage that may be quoted by a second agent."""


@dataclass(frozen=True)
class Scene:
    """The material, the task, the agent's own earlier turns, what the others said, and the user's latest remarks."""

    request: DebateRequest
    task: Task
    own: tuple[str, ...]
    speeches: tuple[Speech, ...]
    remarks: tuple[str, ...] = ()

    @cached_property
    def reading(self) -> Reading:
        """The text as read."""
        return read(self.request.content.text)

    @cached_property
    def board(self) -> Board:
        """The signals as read."""
        return Board(self.request.signals)

    @cached_property
    def heard(self) -> str:
        """Everything said so far, by anyone."""
        return "\n".join((*self.own, *(speech.text for speech in self.speeches)))

    @cached_property
    def said(self) -> frozenset[tuple[str, ...]]:
        """The runs of five words that were spoken so far."""
        return runs(self.heard)

    @cached_property
    def tone(self) -> int:
        """The side of most passages: +1 risk-on, -1 risk-off."""
        net = self.reading.leaning(1) - self.reading.leaning(-1)
        return (net > 0) - (net < 0)

    @cached_property
    def lean(self) -> int:
        """The side of the material: that of the signals, or of the words where no signal came."""
        return self.board.lean if self.board.signals else self.tone

    @cached_property
    def values(self) -> dict[str, str]:
        """What every phrase may name."""
        strongest, odd, reading = self.board.strongest, self.board.odd, self.reading
        measured = sum(bool(passage.figures) for passage in reading.passages)
        return {
            "side": ADJECTIVES[self.lean],
            "other": ADJECTIVES[-self.lean] if self.lean else "one-sided",
            "state": SIDE_NAMES[self.lean],
            "count": number(len(self.board.signals)),
            "most": number(self.board.count(self.lean)),
            "on": number(self.board.count(1), "none"),
            "off": number(self.board.count(-1), "none"),
            "neutral": number(self.board.count(0), "none"),
            "strongest": self._named(strongest),
            "odd": self._named(odd),
            "odd_state": state(odd) if odd else "",
            "passages": plural(len(reading.passages), "passage"),
            "bad": number(reading.leaning(-1), "none"),
            "good": number(reading.leaning(1), "none"),
            "figured": f"{number(measured)} of {plural(len(reading.passages), 'passage')}",
            "figures": plural(len({figure for passage in reading.passages for figure in passage.figures}), "figure"),
            "hedged": plural(sum(bool(passage.hedges) for passage in reading.passages), "passage"),
        }

    def _named(self, signal: Signal | None) -> str:
        """Name a signal, with its strength and value where nobody gave them yet."""
        if signal is None:
            return ""
        return named(signal) if described(signal) in self.heard else described(signal)

    def say(self, key: str, **values: str) -> str:
        """Return the phrase of that key that repeats least of the debate, or nothing where each was said before."""
        own = PHRASES[self.task.agent]
        even = () if self.lean else own.get(f"{key}_even", ())
        mine = key in own
        seed = (self.request.content.text, key, self.task.agent if mine else "")
        turn = self.task.turn + self.task.round
        sentences = phrase(
            even or own.get(key) or PHRASES["all"][key], {**self.values, **values}, self.said, turn, *seed
        )
        return next((sentence for sentence in sentences if not self._repeats(sentence)), "")

    def _repeats(self, sentence: str) -> bool:
        return any(part in self.heard for part in sentences(sentence) if '"' not in part) or sentence in self.heard

    def fresh(self, wanted: Callable[[Passage], bool], rank: Callable[[Passage], float]) -> Passage | None:
        """Return the best wanted passage that nobody quoted yet, or a short one that this agent at least did not."""
        fit = [passage for passage in self.reading.quotable if wanted(passage)]
        unheard = [passage for passage in fit if passage.quote not in self.heard]
        own = "\n".join(self.own)
        again = [passage for passage in fit if passage.quote not in own and len(passage.quote.split()) <= SHORT]
        return self._best(unheard or again, rank)

    def _best(self, passages: Iterable[Passage], rank: Callable[[Passage], float]) -> Passage | None:
        def worth(passage: Passage) -> tuple[float, int]:
            comfortable = len(passage.quote) in COMFORTABLE
            merit = rank(passage) + 2 * comfortable - 3 * bool(DANGLING.match(passage.quote))
            return merit, pick(range(1000), passage.quote, self.task.agent, self.task.turn)

        return max(passages, key=worth, default=None)
