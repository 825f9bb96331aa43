from __future__ import annotations

from lib.contract.events import TurnCompleted, Usage
from lib.contract.verdict import Evidence, Judgement
from lib.verdict import verdict

TURN = TurnCompleted(
    turn=2,
    round=1,
    agent="market_context",
    text="The Fed may pause, I think.",
    finish_reason="stop",
    usage=Usage(input_tokens=1, output_tokens=1),
    model="m",
)
CONTENT = "Utilities lead. The Fed may pause."


def _judgement(*evidence: Evidence) -> Judgement:
    return Judgement(
        stance="neutral", confidence=0.5, summary="s", key_points=(), dissent=(), missing_data=(), evidence=evidence
    )


def _quote(source: str, quote: str, turn: int | None = None, agent: str | None = None) -> Evidence:
    return Evidence.model_validate({"source": source, "quote": quote, "turn": turn, "agent": agent})


def test_keeps_what_stands_at_its_source_and_counts_the_rest() -> None:
    checked = verdict(
        _judgement(
            _quote("content", "Utilities lead."),
            _quote("content", "utilities lead."),
            _quote("turn", "The Fed may pause, I think.", turn=2, agent="somebody_else"),
            _quote("turn", "The Fed may pause, I think.", turn=1),
            _quote("turn", "The Fed may pause, I think."),
            _quote("turn", "Utilities lead.", turn=2),
        ),
        CONTENT,
        {2: TURN},
    )
    assert [(evidence.source, evidence.turn, evidence.agent) for evidence in checked.evidence] == [
        ("content", None, None),
        ("turn", 2, "market_context"),
    ]
    assert checked.dropped_quotes == 4
