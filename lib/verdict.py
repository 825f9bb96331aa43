"""Turn a judgement into a verdict that can be checked line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.verdict import Evidence, Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lib.contract.events import TurnCompleted


def _found(evidence: Evidence, content: str, turns: Mapping[int, TurnCompleted]) -> Evidence | None:
    """Return the evidence as it stands at its source, or nothing where it does not."""
    if evidence.source == "content":
        return (
            Evidence(source="content", quote=evidence.quote, turn=None, agent=None)
            if evidence.quote in content
            else None
        )
    turn = turns.get(evidence.turn) if evidence.turn is not None else None
    if turn is None or evidence.quote not in turn.text:
        return None
    return Evidence(source="turn", quote=evidence.quote, turn=turn.turn, agent=turn.agent)


def verdict(
    judgement: Judgement, content: str, turns: Mapping[int, TurnCompleted], gaps: Iterable[str] = ()
) -> Verdict:
    """Keep the quotes that stand word for word at their source, drop and count the others, and name the gaps."""
    found = [_found(evidence, content, turns) for evidence in judgement.evidence]
    kept = tuple(evidence for evidence in found if evidence is not None)
    said = judgement.model_dump(exclude={"evidence"})
    said["missing_data"] = (*judgement.missing_data, *gaps)
    return Verdict(**said, evidence=kept, adjustments=(), dropped_quotes=len(found) - len(kept))
