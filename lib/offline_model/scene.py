"""Gather what an agent knows at the start of its turn."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lib.offline_model.reading import Passage, Reading, read
from lib.offline_model.sentences import sentences
from lib.offline_model.signals import Board
from lib.offline_model.wording import (
    PHRASES,
    SIDE_NAMES,
    Runs,
    described,
    named,
    number,
    phrase,
    pick,
    plural,
    runs,
    state,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.agents.prompt.parse import ParsedTurn
    from lib.agents.prompt.prompt import Task
    from lib.contract.debate import DebateRequest, Signal

ADJECTIVES = {1: "constructive", -1: "defensive", 0: "undecided"}
DANGLING = re.compile(r"(?:That|This|These|Those|It|Its|They|Neither|None|Both|Such|Then|So|And)\b")
"""Openings of sentences that refer to the sentence before."""
COMFORTABLE = range(50, 150)
FEWEST_TERMS = 2
MOST_PAIRED = 12


@dataclass(frozen=True)
class Scene:
    """The request, the task, the agent's `own` earlier turns, the others' turns, and the user's latest steers."""

    request: DebateRequest
    task: Task
    own: tuple[str, ...]
    turns: tuple[ParsedTurn, ...]
    steers: tuple[str, ...] = ()

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
        """The text of all turns so far."""
        return "\n".join((*self.own, *(turn.text for turn in self.turns)))

    @cached_property
    def said(self) -> Runs:
        """The runs of five words in all turns so far."""
        return runs(self.heard)

    @cached_property
    def seed(self) -> str:
        """A hash of the content, which varies the choice of phrases."""
        return hashlib.blake2b(self.request.content.text.encode(errors="replace"), digest_size=8).hexdigest()

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
    def quoted(self) -> tuple[Passage, ...]:
        """The passages that were quoted so far."""
        return tuple(passage for passage in self.reading.quotable if passage.quote in self.heard)

    @cached_property
    def unquoted(self) -> tuple[Passage, ...]:
        """The relevant passages that no turn has quoted yet."""
        quoted = {passage.quote for passage in self.quoted}
        return tuple(passage for passage in self.reading.quotable if passage.relevant and passage.quote not in quoted)

    @cached_property
    def values(self) -> dict[str, str]:
        """What every phrase may name."""
        strongest, odd, reading = self.board.strongest, self.board.odd, self.reading
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
            "figured": f"{number(reading.measured, 'none')} of {plural(len(reading.passages), 'passage')}",
            "figures": plural(len({figure for passage in reading.passages for figure in passage.figures}), "figure"),
            "hedged": plural(sum(bool(passage.hedges) for passage in reading.passages), "passage"),
        }

    def _named(self, signal: Signal | None) -> str:
        """Name a signal, with its strength and value where no turn has given them yet."""
        if signal is None:
            return ""
        return named(signal) if described(signal) in self.heard else described(signal)

    def terms(self, *seed: object) -> str:
        """Name two of the telling words of the text."""
        known = self.reading.terms
        if len(known) < FEWEST_TERMS:
            return "these words"
        first = pick(range(len(known)), self.seed, self.task.agent, self.task.turn, *seed)
        return f"\u2018{known[first]}\u2019 and \u2018{known[(first + 1) % len(known)]}\u2019"

    @cached_property
    def subject(self) -> str:
        """Name a subject of the text."""
        known = [passage.subject for passage in self.reading.quotable if passage.subject]
        return pick(known, self.seed, self.task.agent, self.task.turn) if known else self.terms("subject")

    def say(self, key: str, **values: str) -> str:
        """Return the phrase of a key that repeats least of the debate, or nothing where all would repeat a sentence."""
        own = PHRASES[self.task.agent]
        fitting = own.get(f"{key}_{self._manner}") or own.get(key) or PHRASES["all"][key]
        seed = (self.seed, key, self.task.agent)
        turn = self.task.turn + self.task.round + self._uses[key]
        self._uses[key] += 1
        values = {**self.values, "terms": self.terms(key), "subject": self.subject, **values}
        found = phrase(fitting, values, self.said, turn, *seed)
        return next((sentence for sentence in found if not self._repeats(sentence)), "")

    @cached_property
    def _uses(self) -> Counter[str]:
        """How often the turn has asked for each key."""
        return Counter()

    @cached_property
    def _manner(self) -> str:
        """The variant of keys to prefer: "even" without a lean, "bare" without a figure."""
        return "even" if not self.lean else "usual" if self.reading.measured else "bare"

    def _repeats(self, sentence: str) -> bool:
        return any(part in self.heard for part in sentences(sentence) if '"' not in part) or sentence in self.heard

    def fresh(self, wanted: Callable[[Passage], bool], rank: Callable[[Passage], float]) -> Passage | None:
        """Return the wanted passage of the highest rank that no turn has quoted yet."""
        merits = [(self._merit(passage) + rank(passage), passage) for passage in self.unquoted if wanted(passage)]
        most = max((merit for merit, _ in merits), default=0.0)
        best = [passage for merit, passage in merits if merit == most]
        return pick(best, self.seed, self.task.agent, self.task.turn) if best else None

    @staticmethod
    def _merit(passage: Passage) -> int:
        return 2 * (len(passage.quote) in COMFORTABLE) - 3 * bool(DANGLING.match(passage.quote))

    def pair(self, fit: Callable[[Passage, Passage], bool]) -> tuple[Passage, Passage] | None:
        """Choose two quoted passages that fit and have a subject, first those that the agent has mentioned least."""
        known = [passage for passage in self.quoted if passage.subject][-MOST_PAIRED:]
        pairs = [(one, other) for one in known for other in known if one.subject != other.subject and fit(one, other)]
        own = "\n".join(self.own)

        def spoken(pair: tuple[Passage, Passage]) -> tuple[int, int]:
            mentions = sum(own.count(passage.subject) for passage in pair)
            return mentions, pick(range(1000), self.seed, self.task.turn, *(passage.quote for passage in pair))

        return min(pairs, key=spoken, default=None)
