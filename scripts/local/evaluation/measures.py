"""Measure a finished debate: its conclusion, and the sources of its quotes and numbers."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lib.agents import roster
from scripts.local.evaluation.figures import invented

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scripts.local.evaluation.cases import Case

Event = dict[str, Any]

SEQUENCE = 5
"""Words in the sequences by which two texts are compared."""

MOST_SHARED = 0.2
"""The share of sequences that two turns of one debate must stay under."""
MOST_SHARED_ARTICLES = 0.15
"""The same for debates on two articles, as a whole and in the turns of any one agent."""
NAMES = {agent.id: agent.name for agent in roster.DEBATERS}
QUOTE = re.compile(r'"([^"]{8,})"|\u201c([^\u201d]{8,})\u201d')


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of one debate; shares are from 0 to 1, `invented` are numbers without a source."""

    case: str
    model: str
    ended: str
    stance: str | None
    stance_allowed: bool
    confidence: float | None
    confidence_allowed: bool
    evidence: int
    evidence_verbatim: float
    rebuttals: int
    rebuttals_quoting: float
    invented: tuple[str, ...]
    turns_overlap: float
    articles_overlap: float
    adjustments_missing: tuple[str, ...]
    tokens: int
    cost_usd: float | None
    seconds: float

    @property
    def faults(self) -> list[str]:
        """Return the names of the measures outside their bounds."""
        found = {
            "ended": self.ended == "debate.completed",
            "stance": self.stance_allowed,
            "confidence": self.confidence_allowed,
            "evidence": self.evidence_verbatim == 1,
            "rebuttals": self.rebuttals_quoting == 1,
            "numbers": not self.invented,
            "turns": self.turns_overlap < MOST_SHARED,
            "articles": self.articles_overlap < MOST_SHARED_ARTICLES,
            "adjustments": not self.adjustments_missing,
        }
        return [name for name, good in found.items() if not good]

    def as_json(self) -> dict[str, Any]:
        """Return the object that --json prints."""
        return asdict(self) | {"faults": self.faults, "ok": not self.faults}


@dataclass(frozen=True, slots=True)
class FinishedDebate:
    """A debate on a case: its request, its events and its duration."""

    case: Case
    request: dict[str, Any]
    events: tuple[Event, ...]
    seconds: float

    @property
    def turns(self) -> list[Event]:
        """Return the completed turns of the debaters, in order."""
        return [one for one in self.events if one["type"] == "turn.completed" and one["agent"] in NAMES]

    @property
    def verdict(self) -> Mapping[str, Any] | None:
        """Return the verdict, if there is one."""
        return next((one["verdict"] for one in self.events if one["type"] == "verdict.completed"), None)

    @property
    def usage(self) -> dict[str, Any]:
        """Return the usage in the last event."""
        return self.events[-1].get("usage") or {}


def measure(debate: FinishedDebate, others: Sequence[FinishedDebate]) -> Measured:
    """Measure a debate; `others` are the debates on other articles."""
    verdict, usage = debate.verdict, debate.usage
    rebuttals = [turn for turn in debate.turns if turn["round"] > 1]
    confidence = verdict["confidence"] if verdict else None
    return Measured(
        case=debate.case.name,
        model=next((one["model"] for one in debate.events if one["type"] == "debate.started"), ""),
        ended=debate.events[-1]["type"],
        stance=verdict["stance"] if verdict else None,
        stance_allowed=verdict is not None and verdict["stance"] in debate.case.stances,
        confidence=confidence,
        confidence_allowed=confidence is not None and confidence <= debate.case.most_confidence,
        evidence=len(verdict["evidence"]) if verdict else 0,
        evidence_verbatim=_verbatim(debate),
        rebuttals=len(rebuttals),
        rebuttals_quoting=_share(_answers(turn, debate.turns) for turn in rebuttals),
        invented=tuple(sorted(invented(_texts(debate), _material(debate), _calculations(debate)))),
        turns_overlap=max((overlap(one["text"], other["text"]) for one, other in _pairs(debate.turns)), default=0.0),
        articles_overlap=max((_overlap(debate, other) for other in others), default=0.0),
        adjustments_missing=_missing(debate),
        tokens=usage.get("input_tokens", 0) + usage.get("output_tokens", 0),
        cost_usd=usage.get("cost_usd"),
        seconds=round(debate.seconds, 1),
    )


def _share(found: Iterable[bool]) -> float:
    """Return the share of true values; 1 without any."""
    values = list(found)
    return sum(values) / len(values) if values else 1.0


def _plain(text: str) -> str:
    return " ".join(text.split())


def _verbatim(debate: FinishedDebate) -> float:
    """Return the share of the judge's quotes that are verbatim in their sources; 0 without any quote."""
    verdict = debate.verdict
    if verdict is None:
        return 0.0
    texts = {one["turn"]: one["text"] for one in debate.turns}
    found = [
        _plain(one["quote"]) in _plain(debate.case.text if one["source"] == "content" else texts.get(one["turn"], ""))
        for one in verdict["evidence"]
    ] + [False] * verdict["dropped_quotes"]
    return _share(found) if found or debate.case.force else 0.0


def _answers(turn: Event, turns: Sequence[Event]) -> bool:
    """Say whether a turn names another agent and quotes an earlier turn of that agent verbatim."""
    quotes = [_plain(first or second) for first, second in QUOTE.findall(turn["text"])]
    earlier = [one for one in turns if one["turn"] < turn["turn"] and one["agent"] != turn["agent"]]
    return any(
        NAMES[one["agent"]] in turn["text"] and any(quote.rstrip(".,;") in _plain(one["text"]) for quote in quotes)
        for one in earlier
    )


def _texts(debate: FinishedDebate) -> list[str]:
    verdict = debate.verdict
    texts = [turn["text"] for turn in debate.turns]
    if verdict is None:
        return texts
    return [*texts, verdict["summary"], *verdict["key_points"], *verdict["dissent"], *verdict["missing_data"]]


def _material(debate: FinishedDebate) -> list[str]:
    """Return the texts that are sources of numbers."""
    signals = (str(value) for signal in debate.request["signals"] for value in signal.values())
    return [debate.case.title, debate.case.text, *signals]


def _calculations(debate: FinishedDebate) -> list[tuple[str, str]]:
    """Return the calculations of agents: (JSON of the arguments, line of the result)."""
    uses = [one for one in debate.events if one["type"] == "tool.completed" and one["name"] == "calculate"]
    lines = [(json.dumps(use["arguments"]), json.loads(use["result"]).get("calculation")) for use in uses]
    return [(given, line) for given, line in lines if line]


def overlap(one: str, other: str) -> float:
    """Return the share of the shorter text's word sequences that the other text has too."""
    sequences = [set(zip(*(text.split()[start:] for start in range(SEQUENCE)), strict=False)) for text in (one, other)]
    return len(sequences[0] & sequences[1]) / max(1, min(map(len, sequences)))


def _pairs(turns: Sequence[Event]) -> Iterable[tuple[Event, Event]]:
    return ((one, other) for place, one in enumerate(turns) for other in turns[:place])


def _overlap(debate: FinishedDebate, other: FinishedDebate) -> float:
    """Return the largest overlap of two debates: as a whole, or in the turns of one agent."""
    return max(
        overlap(_joined_turns(debate, names), _joined_turns(other, names))
        for names in ({*NAMES}, *({name} for name in NAMES))
    )


def _joined_turns(debate: FinishedDebate, names: set[str]) -> str:
    return " ".join(turn["text"] for turn in debate.turns if turn["agent"] in names)


def _missing(debate: FinishedDebate) -> tuple[str, ...]:
    verdict = debate.verdict
    present = {one["rule"] for one in verdict["adjustments"]} if verdict else set[str]()
    return tuple(rule for rule in debate.case.adjustments if rule not in present)
