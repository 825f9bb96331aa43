"""Walk the whole path: processes apart that share PostgreSQL alone, and a model server that is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from lib import manifest
from scripts.local import functions
from tests.support.stream import bearer, raw, request, start, whole

if TYPE_CHECKING:
    from pathlib import Path

    from llmock.pytest_plugin import LLMock


def test_three_processes_share_only_postgresql(own_database: dict[str, str], tmp_path: Path, user: str) -> None:
    with (
        functions.serving(own_database, tmp_path / "start", "debate-start") as starting,
        functions.serving(own_database, tmp_path / "stream", "debate-stream") as streaming,
        functions.serving(own_database, tmp_path / "run", "debate-run") as running,
        httpx.Client(base_url=starting.url) as starts,
        httpx.Client(base_url=streaming.url) as streams,
    ):
        path = start(starts, user)["stream_url"]
        assert whole(streams, path, user)[-1]["type"] == "debate.completed"
        assert raw(streams, path, user) == raw(streams, path, user)
        assert starts.get(path, headers=bearer(user)).status_code == 404
        for serving, served in ((starting, "debate-start"), (streaming, "debate-stream"), (running, "debate-run")):
            health = httpx.get(f"{serving.url}/health").json()
            assert (health["status"], health["functions"]) == (
                "ok",
                [name for name in manifest.read() if name in {served, *manifest.ALWAYS_SERVED}],
            )


def test_a_debate_through_a_model_server_that_nobody_here_wrote(
    own_database: dict[str, str], log: Path, user: str, llmock: LLMock
) -> None:
    model = {"DEBATE_MODEL": "gpt-4o-mini", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": llmock.base_url("openai")}
    with functions.serving(own_database | model, log) as serving, httpx.Client(base_url=serving.url) as http:
        found = whole(http, start(http, user, request(rounds=2))["stream_url"], user)
    completed = [event for event in found if event["type"] == "turn.completed"]
    assert found[-1]["type"] == "debate.completed"
    assert [turn["turn"] for turn in completed] == list(range(1, 8))
    assert all(turn["model"] == "gpt-4o-mini" and turn["usage"]["output_tokens"] > 0 for turn in completed)
    for turn in completed[:-1]:
        deltas = [event["text"] for event in found if event["type"] == "turn.delta" and event["turn"] == turn["turn"]]
        assert "".join(deltas) == turn["text"]
    verdict = next(event["verdict"] for event in found if event["type"] == "verdict.completed")
    assert verdict["evidence"] == [] or verdict["dropped_quotes"] >= 0
    assert llmock.requests
