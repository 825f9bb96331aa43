from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lib.agents.model import OFFLINE
from lib.agents.verdict.adjustments import rules
from lib.agents.verdict.evidence import misquotes
from lib.agents.verdict.quotes import find
from lib.agents.verdict.verdict import verdict
from lib.contract.debate import DebateRequest
from lib.contract.events import TurnCompleted, Usage
from lib.contract.verdict import Evidence, Judgement
from tests.support.stream import request

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


def test_says_of_each_quote_that_fails_why() -> None:
    judgement = _judgement(
        _quote("content", "Utilities lead."),
        _quote("content", "The Fed may pause, I think."),
        _quote("turn", "The Fed may pause", turn=7),
        _quote("turn", "It never said this.", turn=2),
        _quote("turn", "The Fed may pause, I think."),
    )
    assert misquotes(judgement, CONTENT, {2: TURN}) == (
        '"The Fed may pause, I think.": not in the content, but in turn 2',
        '"The Fed may pause": not in turn 7, which does not exist, but in the content and turn 2',
        '"It never said this.": not in turn 2',
        '"The Fed may pause, I think.": not in any turn, as none is named, but in turn 2',
    )


@pytest.mark.parametrize(
    ("quote", "source", "found"),
    [
        ("rates rose", "Then rates rose 3%.", "rates rose"),
        ("rates rose 3%", "Then rates\n  rose\u00a03%.", "rates\n  rose\u00a03%"),
        ('"Fed\'s" - cut', "the \u201cFed\u2019s\u201d \u2014 cut came", "\u201cFed\u2019s\u201d \u2014 cut"),
        ("\u201crates rose.\u201d", "when rates rose, all fell", "rates rose"),
        ("Stocks rose", "Sto\u200bcks \u202erose\u202c 3%", "Sto\u200bcks \u202erose"),
        ("\u5931\u696d\u7387", "\u5931\u696d\u7387\u5347\u81f34.6%\u3002", "\u5931\u696d\u7387"),
        ("Rates rose", "rates rose", None),
        ("rates fell", "rates rose, stocks fell", None),
        ("rates rose ... stocks fell", "rates rose, stocks fell", None),
        ("", "anything", None),
        (" ", "any thing", None),
        ("...", "and so on ...", None),
        ("3%", "rose 13%", None),
        ("3%", "rose 1.3%", None),
        ("rose 1", "rose 1.3%", None),
        ("rose 13", "rose 13, then fell", "rose 13"),
        ("3% and", "rose 13% and fell 3% and rose", "3% and"),
        ("or", "for more or less", "or"),
    ],
)
def test_a_quote_comes_back_as_it_stands_at_its_source(quote: str, source: str, found: str | None) -> None:
    assert find(quote, source) == found
    assert found is None or found in source


def test_the_same_quote_counts_once() -> None:
    twice = _judgement(_quote("content", "Utilities lead."), _quote("content", "Utilities lead"))
    assert len(verdict(twice, "Utilities lead", {}).evidence) == 1


NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _signals(*days: float) -> list[dict[str, str]]:
    return [
        {"name": f"S{place}", "state": "risk_on", "as_of": (NOW - timedelta(days=age)).isoformat()}
        for place, age in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("days", "gaps", "model", "steps"),
    [
        ((1, 7), (), "gpt", []),
        ((-3,), (), "gpt", []),
        ((), (), "gpt", [("no-signals", 0.5, 0.35)]),
        ((8, 30), (), "gpt", [("stale-signals", 0.5, 0.4)]),
        ((1, 8), (), "gpt", [("stale-signals", 0.5, 0.45)]),
        ((1,), ("X did not speak",), "gpt", [("agent-missing", 0.5, 0.4)]),
        ((1,), (), OFFLINE, [("offline-model", 0.5, 0.4)]),
        (
            (),
            ("X did not speak",),
            OFFLINE,
            [("no-signals", 0.5, 0.35), ("agent-missing", 0.35, 0.28), ("offline-model", 0.28, 0.22)],
        ),
    ],
)
def test_written_rules_lower_the_confidence_and_each_is_named(
    days: tuple[float, ...], gaps: tuple[str, ...], model: str, steps: list[tuple[str, float, float]]
) -> None:
    asked = DebateRequest.model_validate(request(signals=_signals(*days)))
    checked = verdict(_judgement(), CONTENT, {}, gaps, tuple(rules(asked, gaps, model, NOW)))
    assert [(step.rule, step.from_, step.to) for step in checked.adjustments] == steps
    assert checked.confidence == (steps[-1][2] if steps else 0.5)
