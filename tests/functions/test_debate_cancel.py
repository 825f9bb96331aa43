from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from scripts.local import functions
from tests.support.hanging_model import hanging_model
from tests.support.processes import once
from tests.support.stream import bearer, first, request, start, whole

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_SECONDS = 30


def _cancel(http: httpx.Client, debate_id: str, user: str) -> httpx.Response:
    return http.post(f"/debate-cancel/{debate_id}", headers=bearer(user))


def _idle(url: str) -> bool:
    queue = httpx.get(f"{url}/health").json()["checks"]["queue"]
    return queue["numbers"]["queued"] == queue["numbers"]["running"] == 0


def test_ends_a_debate_whose_model_is_silent_and_closes_its_stream(
    own_database: dict[str, str], log: Path, user: str
) -> None:
    with (
        hanging_model() as model,
        functions.serving(own_database | model.environment, log) as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        debate = start(http, user)
        first(http, debate["stream_url"], user, "turn.delta")
        assert model.opened.acquire(timeout=PATIENCE_SECONDS)
        assert not model.closed.acquire(blocking=False)
        answer = _cancel(http, debate["id"], user)
        assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
        assert model.closed.acquire(timeout=PATIENCE_SECONDS)
        assert not model.opened.acquire(blocking=False)
        found = whole(http, debate["stream_url"], user)
        assert [event["type"] for event in found[-2:]] == ["turn.delta", "debate.cancelled"]
        assert once(lambda: _idle(serving.url))


def test_ends_a_debate_that_waits_and_no_worker_runs_it(
    own_database: dict[str, str], tmp_path: Path, user: str
) -> None:
    edge_only = ("debate-start", "debate-stream", "debate-cancel")
    with (
        functions.serving(own_database, tmp_path / "edge", *edge_only) as edge,
        httpx.Client(base_url=edge.url) as http,
    ):
        debate = start(http, user)
        answers = [_cancel(http, debate["id"], user) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].json() == answers[1].json()
        assert answers[0].json()["ended_at"]
        with functions.serving(own_database, tmp_path / "worker", "debate-run") as worker:
            assert once(lambda: _idle(worker.url))
        found = whole(http, debate["stream_url"], user)
    assert [event["type"] for event in found] == ["debate.queued", "debate.cancelled"]


def test_refuses_a_debate_that_has_ended_by_itself(http: httpx.Client, user: str) -> None:
    debate = start(http, user)
    before = whole(http, debate["stream_url"], user)
    answer = _cancel(http, debate["id"], user)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem:debate-ended")
    assert whole(http, debate["stream_url"], user) == before


@pytest.mark.parametrize("debate_id", ["00000000-0000-4000-8000-000000000000", "nonsense"])
def test_does_not_know_a_debate_that_is_not_there(http: httpx.Client, user: str, debate_id: str) -> None:
    assert _cancel(http, debate_id, user).status_code == 404


def test_does_not_cancel_the_debate_of_anybody_else(http: httpx.Client, user: str) -> None:
    debate = start(http, user)
    assert _cancel(http, debate["id"], user + "0").status_code == 404
    assert http.post(f"/debate-cancel/{debate['id']}").status_code == 401
    assert whole(http, debate["stream_url"], user)[-1]["type"] == "debate.completed"


def test_a_race_against_the_end_leaves_one_terminal_event(http: httpx.Client, user: str) -> None:
    """Many cancel at once, at the moment the last event is about to be written; all agree on how the debate ended."""

    def race(debate: dict[str, str]) -> None:
        first(http, debate["stream_url"], user, "verdict.completed")
        with ThreadPoolExecutor(4) as callers:
            called = [callers.submit(_cancel, http, debate["id"], user) for _ in range(4)]
            answers = [call.result() for call in called]
        ended = whole(http, debate["stream_url"], user)[-1]["type"]
        statuses = {answer.status_code for answer in answers}
        assert (statuses, ended) in [({202}, "debate.cancelled"), ({409}, "debate.completed")]

    with ThreadPoolExecutor(4) as racers:
        list(racers.map(race, [start(http, user, request()) for _ in range(4)]))
