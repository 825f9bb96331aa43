from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from lib.contract.events import ENVELOPED, DebateFailed
from lib.contract.failures import FAILURES, EventProblem, ModelUnavailable, TooFewVoices

TITLES = {
    "budget-exceeded": "The debate's budget was used up",
    "deadline-exceeded": "The debate took too long",
    "events-refused": "The debate could not be stored",
    "model-answer-broken": "The model's answer was broken",
    "model-answer-empty": "The model's answer was empty",
    "model-answer-endless": "The model's answer had no end",
    "model-content-filter": "The model's answer was withheld",
    "model-cut": "The model's answer was cut",
    "model-not-configured": "No model is configured",
    "model-refused": "The model refused the request",
    "model-unavailable": "The model did not answer",
    "too-few-voices": "Too few agents could speak",
}
"""What clients of earlier releases know."""


def test_no_type_or_title_that_clients_know_has_changed() -> None:
    found = {failure.type(): failure().problem().title for failure in FAILURES}
    assert found.items() >= {(f"urn:problem:{name}", title) for name, title in TITLES.items()}


def test_a_failure_says_its_own_detail_where_it_is_given_none() -> None:
    assert ModelUnavailable().problem().detail == str(ModelUnavailable()) == ModelUnavailable.default_detail
    assert (
        TooFewVoices("Two were silent.").problem().detail == str(TooFewVoices("Two were silent.")) == "Two were silent."
    )


def test_the_schema_lists_each_failure_once_with_all_that_a_client_needs() -> None:
    known = TypeAdapter(EventProblem).json_schema()["properties"]["type"]["oneOf"]
    assert {(one["const"], one["title"], one["x-retryable"]) for one in known} == {
        (failure.type(), failure.title(), failure.retryable) for failure in FAILURES
    }
    assert len(known) == len(FAILURES)
    assert all(one["description"] for one in known)


@pytest.mark.parametrize("name", ["turn.failed", "debate.failed"])
def test_a_failure_of_another_release_is_read(name: str) -> None:
    problem = {"type": "urn:problem:of-another-release", "title": "Other", "detail": "Other."}
    turn = {"turn": 1, "round": 1, "agent": "judge"} if name == "turn.failed" else {}
    envelope = {"seq": 1, "debate_id": "21cd5101-8362-49a3-8b96-9b931c9f09de", "at": "2026-11-25T20:39:27Z"}
    event = ENVELOPED[name].model_validate({**envelope, **turn, "problem": problem})
    assert event.model_dump()["problem"] == problem


def test_the_data_of_an_event_has_all_its_members_but_the_type() -> None:
    problem = ModelUnavailable().problem()
    assert DebateFailed(problem=problem).data_json() == f'{{"problem":{problem.model_dump_json()},"usage":null}}'
