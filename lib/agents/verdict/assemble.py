"""Turn a judgement into a verdict that can be checked line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.verdict.adjustments import adjust, rules
from lib.agents.verdict.quotes import find
from lib.contract.verdict import Evidence, Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lib.agents.verdict.adjustments import Rule
    from lib.contract.events import TurnCompleted

__all__ = ["doubts", "rules", "verdict"]


def _found(evidence: Evidence, content: str, turns: Mapping[int, TurnCompleted]) -> Evidence | None:
    """Return the evidence as it stands at its source, or nothing where it does not."""
    if evidence.source == "content":
        quote = find(evidence.quote, content)
        return None if quote is None else Evidence(source="content", quote=quote, turn=None, agent=None)
    turn = turns.get(evidence.turn) if evidence.turn is not None else None
    quote = None if turn is None else find(evidence.quote, turn.text)
    if turn is None or quote is None:
        return None
    return Evidence(source="turn", quote=quote, turn=turn.turn, agent=turn.agent)


def doubts(judgement: Judgement, content: str, turns: Mapping[int, TurnCompleted]) -> tuple[str, ...]:
    """Say of each quote that does not stand at its source which it is, and why it fails."""
    return tuple(
        f'"{evidence.quote}": {_why(evidence, content, turns)}'
        for evidence in judgement.evidence
        if _found(evidence, content, turns) is None
    )


def _why(evidence: Evidence, content: str, turns: Mapping[int, TurnCompleted]) -> str:
    elsewhere = [f"turn {turn.turn}" for turn in turns.values() if find(evidence.quote, turn.text) is not None]
    if find(evidence.quote, content) is not None:
        elsewhere.insert(0, "the content")
    where = "the content" if evidence.source == "content" else f"turn {evidence.turn}"
    if evidence.source == "turn" and evidence.turn not in turns:
        where = f"{where}, which does not exist" if evidence.turn is not None else "any turn, as none is named"
    return f"not in {where}" + (f", but in {' and '.join(elsewhere)}" if elsewhere else "")


def verdict(
    judgement: Judgement,
    content: str,
    turns: Mapping[int, TurnCompleted],
    gaps: Iterable[str] = (),
    rules: Sequence[Rule] = (),
) -> Verdict:
    """Keep the quotes that stand word for word at their source, drop and count the others, and name the gaps.

    The rules that hold lower the confidence, one after the other.
    """
    found = [_found(evidence, content, turns) for evidence in judgement.evidence]
    kept = dict.fromkeys(evidence for evidence in found if evidence is not None)
    said = judgement.model_dump(exclude={"evidence"})
    said["missing_data"] = (*judgement.missing_data, *gaps)
    said["confidence"], steps = adjust(judgement.confidence, rules)
    return Verdict(**said, evidence=tuple(kept), adjustments=steps, dropped_quotes=found.count(None))
