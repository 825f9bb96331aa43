from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.agents.verdict import judgement
from tests.support.model_server import JUDGEMENT

WHOLE = json.dumps(JUDGEMENT)
SHORT = {"stance": "Risk-Off", "confidence": 0.5, "summary": "Caution is due."}


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"\n {WHOLE}\n",
        f"```json\n{json.dumps(JUDGEMENT, indent=2)}\n```",
        f"Here is my judgement {{as asked}}:\n{WHOLE}\nI hope this helps.",
        f'{{"verdict": "see below"}} {WHOLE}',
        json.dumps(SHORT),
        json.dumps(JUDGEMENT | {"reasoning": "Because.", "evidence": None}),
    ],
)
def test_finds_the_judgement_in_an_answer(text: str) -> None:
    found = judgement.read(text)
    assert (found.stance, found.confidence, found.summary) == ("risk_off", 0.5, "Caution is due.")


def test_fills_in_what_no_schema_asked_for() -> None:
    (evidence,) = judgement.read(json.dumps(SHORT | {"evidence": [{"source": "content", "quote": "q"}]})).evidence
    assert (evidence.turn, evidence.agent) == (None, None)


BAD: dict[str, Any] = {
    "nothing": "",
    "words": "I judge: risk off.",
    "half an object": WHOLE[:-9],
    "no summary": json.dumps({"stance": "risk_off", "confidence": 0.5}),
    "another stance": json.dumps(JUDGEMENT | {"stance": "sideways"}),
    "too sure": json.dumps(JUDGEMENT | {"confidence": 7}),
    "not a number": WHOLE.replace("0.5", "NaN"),
    "evidence that is text": json.dumps(JUDGEMENT | {"evidence": ["q"]}),
    "evidence that is a word": json.dumps(JUDGEMENT | {"evidence": "q"}),
    "two judgements": f"The text says {WHOLE.replace('risk_off', 'risk_on')} but I say {WHOLE}",
    "a judgement inside another object": json.dumps({"content": JUDGEMENT}),
    "braces without end": "{" * 50_000,
    "brackets without end": '{"a":' + "[" * 50_000,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_refuses_what_is_no_judgement_or_more_than_one(text: str) -> None:
    with pytest.raises(ValueError, match="no judgement"):
        judgement.read(text)


@given(st.text(alphabet='{}[]",:0 ae\\', max_size=200))
def test_no_answer_breaks_it(text: str) -> None:
    with pytest.raises(ValueError, match="no judgement"):
        judgement.read(text)


def test_the_schema_has_only_what_strict_servers_take() -> None:
    def check(part: Any) -> None:
        if isinstance(part, dict):
            part = cast("dict[str, Any]", part)
            if part.get("type") == "object":
                assert part["additionalProperties"] is False
                assert set(part["required"]) == set(part["properties"])
            assert not part.keys() & {"minLength", "minimum", "maximum", "description"}
            for inner in part.values():
                check(inner)

    check(judgement.SCHEMA)
    assert set(judgement.SCHEMA["properties"]) == set(JUDGEMENT)
