"""Measure a debate that was held: what it concluded, and what stands behind each quote and number."""

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

RUN = 5
"""Words in the sequences of which two texts may share some."""

MOST_SHARED = 0.2
"""What two turns of one debate may share."""
MOST_SHARED_ARTICLES = 0.15
"""What debates on two articles may share, as a whole and in the turns of any one agent."""
NAMES = {agent.id: agent.name for agent in roster.DEBATERS}
QUOTE = re.compile(r'"([^"]{8,})"|\u201c([^\u201d]{8,})\u201d')


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found in one debate; shares are from 0 to 1, `invented` are numbers without a source."""

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
        """Return the names of the measures that are not as they must be."""
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
        """Return a line for scripts."""
        return asdict(self) | {"faults": self.faults, "ok": not self.faults}


@dataclass(frozen=True, slots=True)
class Held:
    """A debate that was held on a case: its request, its events, and how long it took."""

    case: Case
    request: dict[str, Any]
    events: tuple[Event, ...]
    seconds: float

    @property
    def turns(self) -> list[Event]:
        """Return what the debaters said, in order."""
        return [one for one in self.events if one["type"] == "turn.completed" and one["agent"] in NAMES]

    @property
    def verdict(self) -> Mapping[str, Any] | None:
        """Return the verdict, if there is one."""
        return next((one["verdict"] for one in self.events if one["type"] == "verdict.completed"), None)

    @property
    def usage(self) -> dict[str, Any]:
        """Return what the debate used, as its end says."""
        return self.events[-1].get("usage") or {}


def measure(held: Held, others: Sequence[Held]) -> Measured:
    """Measure one debate; `others` are those on the other articles."""
    verdict, usage = held.verdict, held.usage
    rebuttals = [turn for turn in held.turns if turn["round"] > 1]
    confidence = verdict["confidence"] if verdict else None
    return Measured(
        case=held.case.name,
        model=next((one["model"] for one in held.events if one["type"] == "debate.started"), ""),
        ended=held.events[-1]["type"],
        stance=verdict["stance"] if verdict else None,
        stance_allowed=verdict is not None and verdict["stance"] in held.case.stances,
        confidence=confidence,
        confidence_allowed=confidence is not None and confidence <= held.case.most_confidence,
        evidence=len(verdict["evidence"]) if verdict else 0,
        evidence_verbatim=_verbatim(held),
        rebuttals=len(rebuttals),
        rebuttals_quoting=_share(_answers(turn, held.turns) for turn in rebuttals),
        invented=tuple(sorted(invented(_said(held), _material(held), _calculations(held)))),
        turns_overlap=max((overlap(one["text"], other["text"]) for one, other in _pairs(held.turns)), default=0.0),
        articles_overlap=max((_overlap(held, other) for other in others), default=0.0),
        adjustments_missing=_missing(held),
        tokens=usage.get("input_tokens", 0) + usage.get("output_tokens", 0),
        cost_usd=usage.get("cost_usd"),
        seconds=round(held.seconds, 1),
    )


def _share(found: Iterable[bool]) -> float:
    """Return the share of what is true; all of nothing is all."""
    values = list(found)
    return sum(values) / len(values) if values else 1.0


def _plain(text: str) -> str:
    return " ".join(text.split())


def _verbatim(held: Held) -> float:
    """Return the share of the judge's quotes that stand word for word where it says; none at all is no support."""
    verdict = held.verdict
    if verdict is None:
        return 0.0
    texts = {one["turn"]: one["text"] for one in held.turns}
    found = [
        _plain(one["quote"]) in _plain(held.case.text if one["source"] == "content" else texts.get(one["turn"], ""))
        for one in verdict["evidence"]
    ] + [False] * verdict["dropped_quotes"]
    return _share(found) if found or held.case.force else 0.0


def _answers(turn: Event, turns: Sequence[Event]) -> bool:
    """Say whether a turn names another agent, and quotes word for word what that one has said before."""
    quotes = [_plain(first or second) for first, second in QUOTE.findall(turn["text"])]
    earlier = [one for one in turns if one["turn"] < turn["turn"] and one["agent"] != turn["agent"]]
    return any(
        NAMES[one["agent"]] in turn["text"] and any(quote.rstrip(".,;") in _plain(one["text"]) for quote in quotes)
        for one in earlier
    )


def _said(held: Held) -> list[str]:
    verdict = held.verdict
    texts = [turn["text"] for turn in held.turns]
    if verdict is None:
        return texts
    return [*texts, verdict["summary"], *verdict["key_points"], *verdict["dissent"], *verdict["missing_data"]]


def _material(held: Held) -> list[str]:
    """Return all that numbers may come from."""
    signals = (str(value) for signal in held.request["signals"] for value in signal.values())
    return [held.case.title, held.case.text, *signals]


def _calculations(held: Held) -> list[tuple[str, str]]:
    """Return what agents had computed: the numbers that they gave, and the line that they got."""
    uses = [one for one in held.events if one["type"] == "tool.completed" and one["name"] == "calculate"]
    lines = [(json.dumps(use["arguments"]), json.loads(use["result"]).get("calculation")) for use in uses]
    return [(given, line) for given, line in lines if line]


def overlap(one: str, other: str) -> float:
    """Return the share of the shorter text's sequences of words that the other has, too."""
    runs = [set(zip(*(text.split()[start:] for start in range(RUN)), strict=False)) for text in (one, other)]
    return len(runs[0] & runs[1]) / max(1, min(map(len, runs)))


def _pairs(turns: Sequence[Event]) -> Iterable[tuple[Event, Event]]:
    return ((one, other) for place, one in enumerate(turns) for other in turns[:place])


def _overlap(held: Held, other: Held) -> float:
    """Return what two debates share where it is most: as a whole, or in the turns of one agent."""
    return max(
        overlap(_speech(held, names), _speech(other, names)) for names in ({*NAMES}, *({name} for name in NAMES))
    )


def _speech(held: Held, names: set[str]) -> str:
    return " ".join(turn["text"] for turn in held.turns if turn["agent"] in names)


def _missing(held: Held) -> tuple[str, ...]:
    verdict = held.verdict
    present = {one["rule"] for one in verdict["adjustments"]} if verdict else set[str]()
    return tuple(rule for rule in held.case.adjustments if rule not in present)
