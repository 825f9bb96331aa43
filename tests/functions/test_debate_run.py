from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor, wait
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import pytest

from lib.agents import roster
from scripts.local import article, functions
from scripts.local.evaluation.figures import invented
from tests.support.server_thread import address, serving_in_thread
from tests.support.stream import first, request, start, whole

if TYPE_CHECKING:
    from collections.abc import Generator

from tests.support.stream import Event

ARTICLE = Path(article.__file__).parent / "article.md"


@pytest.fixture(scope="module")
def demo() -> dict[str, Any]:
    """Return the demo's request."""
    return article.request(ARTICLE, rounds=2, question=None)


def _of(log: list[Event], kind: str) -> list[Event]:
    return [event for event in log if event["type"] == kind]


def test_three_agents_speak_in_turn_and_the_judge_closes(http: httpx.Client, user: str, demo: dict[str, Any]) -> None:
    debate = start(http, user, demo)
    log = whole(http, debate["stream_url"], user)
    assert [event["type"] for event in log[:3]] == ["debate.queued", "debate.started", "turn.started"]
    assert [event["type"] for event in log[-3:]] == ["turn.completed", "verdict.completed", "debate.completed"]
    debaters = [agent.id for agent in roster.DEBATERS]
    assert [(turn["round"], turn["agent"]) for turn in _of(log, "turn.completed")] == [
        *((round_, agent) for round_ in (1, 2) for agent in debaters),
        (2, "judge"),
    ]
    assert (log[1]["model"], log[1]["attempt"]) == ("offline", 1)
    assert {turn["model"] for turn in _of(log, "turn.completed")} == {"offline"}
    for turn in _of(log, "turn.completed")[:-1]:
        deltas = [delta["text"] for delta in _of(log, "turn.delta") if delta["turn"] == turn["turn"]]
        assert len(deltas) > 3
        assert "".join(deltas) == turn["text"]
        assert turn["usage"]["output_tokens"] > 0
    assert not [delta for delta in _of(log, "turn.delta") if delta["turn"] == 7]

    verdict = _of(log, "verdict.completed")[0]["verdict"]
    assert verdict["evidence"]
    assert verdict["dropped_quotes"] == 0
    said = {turn["turn"]: turn["text"] for turn in _of(log, "turn.completed")}
    for evidence in verdict["evidence"]:
        source = demo["content"]["text"] if evidence["source"] == "content" else said[evidence["turn"]]
        assert evidence["quote"] in source

    spoken = [*said.values(), verdict["summary"], *verdict["key_points"], *verdict["dissent"], *verdict["missing_data"]]
    assert invented(spoken, [json.dumps(demo)]) == set()


def test_a_worker_that_is_told_to_stop_hands_its_debate_on(
    own_database: dict[str, str], tmp_path: Path, user: str
) -> None:
    with (
        functions.serving(own_database, tmp_path / "edge", "debate-start", "debate-stream") as edge,
        functions.serving(own_database, tmp_path / "worker", "debate-run") as worker,
        httpx.Client(base_url=edge.url) as http,
    ):
        path = start(http, user, request(rounds=2))["stream_url"]
        first(http, path, user, "turn.delta")
        assert worker.child.close() == 0
        with functions.serving(own_database, tmp_path / "second", "debate-run"):
            log = whole(http, path, user)
    attempts = [event["attempt"] for event in _of(log, "debate.started")]
    assert attempts == [1, 2]
    assert [event["reason"] for event in _of(log, "turn.reset")] == ["worker-replaced"]
    completed = [turn["turn"] for turn in _of(log, "turn.completed")]
    assert completed == list(range(1, 8))


def test_a_worker_that_is_killed_is_replaced(own_database: dict[str, str], tmp_path: Path, user: str) -> None:
    with (
        functions.serving(own_database, tmp_path / "edge", "debate-start", "debate-stream") as edge,
        functions.serving(own_database, tmp_path / "worker", "debate-run") as worker,
        httpx.Client(base_url=edge.url) as http,
    ):
        path = start(http, user, request(rounds=2))["stream_url"]
        first(http, path, user, "turn.delta")
        os.kill(worker.pid, signal.SIGKILL)
        with functions.serving(own_database, tmp_path / "second", "debate-run"):
            log = whole(http, path, user)
    assert [event["attempt"] for event in _of(log, "debate.started")] == [1, 2]
    completed = [turn["turn"] for turn in _of(log, "turn.completed")]
    assert completed == list(range(1, 8))


def test_a_model_that_does_not_answer_ends_the_debate_as_failed(
    own_database: dict[str, str], log: Path, user: str
) -> None:
    nobody = {"DEBATE_MODEL": "some-model", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
    with functions.serving(own_database | nobody, log) as serving, httpx.Client(base_url=serving.url) as http:
        path = start(http, user)["stream_url"]
        found = whole(http, path, user)
    assert found[-1]["type"] == "debate.failed"
    assert found[-1]["problem"]["type"] == "urn:problem:too-few-voices"
    assert len(_of(found, "turn.failed")) == 3
    assert len(_of(found, "turn.started")) == 9


@pytest.mark.parametrize(
    "answer", [b"<html>", b'{"choices": null}', b'data: {"choices": null}\n\n', b"data: []\n\n", b""]
)
def test_a_model_that_answers_nonsense_ends_the_debate_as_failed(
    own_database: dict[str, str], log: Path, user: str, answer: bytes
) -> None:
    with _answering(answer) as url:
        model = {"DEBATE_MODEL": "some-model", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url}
        with functions.serving(own_database | model, log) as serving, httpx.Client(base_url=serving.url) as http:
            found = whole(http, start(http, user)["stream_url"], user)
    assert found[-1]["type"] == "debate.failed"
    assert [event["attempt"] for event in _of(found, "debate.started")] == [1]
    assert "html" not in json.dumps(found)


@contextlib.contextmanager
def _answering(body: bytes) -> Generator[str]:
    """Run a model server that gives every request the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    with serving_in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"{address(server)}/v1"


def test_debates_survive_that_every_connection_to_postgresql_is_cut(
    own_database: dict[str, str], tmp_path: Path, user: str
) -> None:
    with (
        functions.serving(own_database, tmp_path / "log") as serving,
        httpx.Client(base_url=serving.url) as http,
        ThreadPoolExecutor(3) as viewers,
    ):
        paths = [start(http, user, request(rounds=2))["stream_url"] for _ in range(3)]
        seen = [viewers.submit(whole, http, path, user) for path in paths]
        while not all(viewer.done() for viewer in seen):
            asyncio.run(_cut(own_database["DATABASE_URL"]))
            wait(seen, timeout=1)
        for viewer in seen:
            log = viewer.result()
            assert log[-1]["type"] == "debate.completed"
            assert [turn["turn"] for turn in _of(log, "turn.completed")] == list(range(1, 8))
        assert httpx.get(f"{serving.url}/health").status_code in {200, 503}


async def _cut(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
