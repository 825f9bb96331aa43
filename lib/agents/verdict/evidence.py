"""Locate the judge's quotes at their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.agents.verdict.quotes import find
from lib.contract.verdict import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.contract.events import TurnCompleted
    from lib.contract.verdict import Judgement


def locate(evidence: Evidence, content: str, turns: Mapping[int, TurnCompleted]) -> Evidence | None:
    """Return the evidence with its quote as it stands at its source, or None where it does not stand there."""
    if evidence.source == "content":
        quote = find(evidence.quote, content)
        return None if quote is None else Evidence(source="content", quote=quote, turn=None, agent=None)
    turn = turns.get(evidence.turn) if evidence.turn is not None else None
    quote = None if turn is None else find(evidence.quote, turn.text)
    if turn is None or quote is None:
        return None
    return Evidence(source="turn", quote=quote, turn=turn.turn, agent=turn.agent)


def misquotes(judgement: Judgement, content: str, turns: Mapping[int, TurnCompleted]) -> tuple[str, ...]:
    """Return a line for each quote that does not stand at its source, with the sources where it does stand."""
    return tuple(
        f'"{evidence.quote}": {_reason(evidence, content, turns)}'
        for evidence in judgement.evidence
        if locate(evidence, content, turns) is None
    )


def _reason(evidence: Evidence, content: str, turns: Mapping[int, TurnCompleted]) -> str:
    elsewhere = [f"turn {turn.turn}" for turn in turns.values() if find(evidence.quote, turn.text) is not None]
    if find(evidence.quote, content) is not None:
        elsewhere.insert(0, "the content")
    where = "the content" if evidence.source == "content" else f"turn {evidence.turn}"
    if evidence.source == "turn" and evidence.turn not in turns:
        where = f"{where}, which does not exist" if evidence.turn is not None else "any turn, as none is named"
    return f"not in {where}" + (f", but in {' and '.join(elsewhere)}" if elsewhere else "")
