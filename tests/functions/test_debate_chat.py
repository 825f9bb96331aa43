"""Read debates as the AI SDK does, with its own clients."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from lib.streaming.ai_sdk import RECONNECT
from scripts.local import functions
from tests.support import chat_page
from tests.support.chat_page import PACKAGES, TEXT
from tests.support.hanging_model import hanging_model
from tests.support.processes import once
from tests.support.stream import bearer, first, request, start, whole

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.local.functions import Serving

Chunk = dict[str, Any]


def _chat(chat_id: str, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    message = {"id": "m1", "role": "user", "parts": [{"type": "text", "text": text}]}
    return {"id": chat_id, "trigger": "submit-message", "messages": [message], **fields}


def _chunks(stream: str) -> list[Chunk]:
    """Return what the stream says; its last message is the mark of its end."""
    *data, done = [line.removeprefix("data: ") for line in stream.splitlines() if line.startswith("data: ")]
    assert done == "[DONE]"
    return [json.loads(one) for one in data]


def _texts(chunks: list[Chunk]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for chunk in chunks:
        if chunk["type"] == "text-delta":
            texts[chunk["id"]] = texts.get(chunk["id"], "") + chunk["delta"]
    return texts


@pytest.mark.parametrize("cuts", [0, 3])
@pytest.mark.parametrize("package", PACKAGES)
def test_the_clients_of_the_ai_sdk_hold_a_whole_debate(
    http: httpx.Client, serving: Serving, user: str, package: str, cuts: int
) -> None:
    seen = chat_page.run_chat(serving.url, package, user, cuts)
    assert (seen["nothing"], seen["cut"], len(seen["errors"]), seen["status"]) == (None, cuts, cuts, "ready")
    (debate,) = http.get("/debate-list", headers=bearer(user)).json()["items"]
    assert debate["title"] == "Utilities lead"
    chat_page.check(seen, whole(http, debate["stream_url"], user))


@pytest.mark.parametrize("package", PACKAGES)
def test_they_go_on_where_the_server_was_replaced(
    own_database: dict[str, str], tmp_path: Path, user: str, package: str
) -> None:
    names = ("debate-chat", "debate-chat-stream", "debate-list", "debate-stream")
    with ThreadPoolExecutor() as pool:
        with (
            functions.serving(own_database, tmp_path / "first", *names) as first_,
            httpx.Client(base_url=first_.url) as http,
        ):
            held = pool.submit(chat_page.run_chat, first_.url, package, user)
            assert once(lambda: bool(http.get("/debate-list", headers=bearer(user)).json()["items"]))
            (debate,) = http.get("/debate-list", headers=bearer(user)).json()["items"]
            first(http, debate["stream_url"], user, "debate.queued")
        port = urlsplit(first_.url).port or 0
        with (
            functions.serving(own_database, tmp_path / "second", *names, "debate-run", port=port),
            httpx.Client(base_url=first_.url) as http,
        ):
            seen = held.result()
            assert (seen["status"], seen["errors"][0]) == ("ready", RECONNECT)
            chat_page.check(seen, whole(http, debate["stream_url"], user))


def test_it_is_another_form_of_the_same_stream(http: httpx.Client, user: str) -> None:
    path = start(http, user)["stream_url"]
    log = whole(http, path, user)
    answer = http.get(f"{path}?format=ai-sdk&after=5", headers=bearer(user))
    assert answer.headers["x-vercel-ai-ui-message-stream"] == "v1"
    chunks = _chunks(answer.text)
    assert (chunks[0]["type"], chunks[-1]["type"]) == ("start", "finish")
    assert list(_texts(chunks).values()) == [event["text"] for event in log if event["type"] == "turn.completed"]
    ids = [int(line.removeprefix("id: ")) for line in answer.text.splitlines() if line.startswith("id: ")]
    assert ids == sorted(set(ids))
    assert ids[-1] == log[-1]["seq"]
    assert http.get(f"{path}?format=xml", headers=bearer(user)).status_code == 400


def test_a_turn_that_began_again_is_told_as_such(own_database: dict[str, str], tmp_path: Path, user: str) -> None:
    with (
        functions.serving(own_database, tmp_path / "edge", "debate-start", "debate-stream") as edge,
        httpx.Client(base_url=edge.url) as http,
    ):
        path = start(http, user)["stream_url"]
        with (
            hanging_model() as model,
            functions.serving(own_database | model.environment, tmp_path / "first", "debate-run"),
        ):
            first(http, path, user, "turn.delta")
        with functions.serving(own_database, tmp_path / "second", "debate-run"):
            log = whole(http, path, user)
        chunks = _chunks(http.get(f"{path}?format=ai-sdk", headers=bearer(user)).text)
    turn = [(chunk["type"], chunk["id"]) for chunk in chunks if chunk.get("id", "").startswith("turn-1")]
    assert list(dict.fromkeys(turn)) == [
        ("data-turn", "turn-1"),
        ("text-start", "turn-1"),
        ("text-delta", "turn-1"),
        ("text-end", "turn-1"),
        ("data-turn", "turn-1.2"),
        ("text-start", "turn-1.2"),
        ("text-delta", "turn-1.2"),
        ("text-end", "turn-1.2"),
    ]
    discarded = [chunk["data"].get("discarded") for chunk in chunks if chunk.get("id") == "turn-1" and "data" in chunk]
    assert discarded == [None, True]
    said = next(event["text"] for event in log if event["type"] == "turn.completed")
    assert _texts(chunks)["turn-1.2"] == said


def test_a_cancelled_debate_is_an_abort(own_database: dict[str, str], log: Path, user: str) -> None:
    with (
        hanging_model() as model,
        functions.serving(own_database | model.environment, log) as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        debate = start(http, user)
        first(http, debate["stream_url"], user, "turn.delta")
        http.post(f"/debate-cancel/{debate['id']}", headers=bearer(user))
        chunks = _chunks(http.get(f"{debate['stream_url']}?format=ai-sdk", headers=bearer(user)).text)
    assert [chunk["type"] for chunk in chunks[-3:]] == ["text-end", "message-metadata", "abort"]


def test_a_server_that_stops_says_so_as_an_error(own_database: dict[str, str], log: Path, user: str) -> None:
    with (
        functions.serving(own_database, log, "debate-start", "debate-stream") as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        path = start(http, user)["stream_url"]
        with http.stream("GET", f"{path}?format=ai-sdk", headers=bearer(user)) as stream:
            lines: list[str] = []
            for line in stream.iter_lines():
                lines.append(line)
                if '"type": "start"' in line:
                    os.kill(serving.pid, signal.SIGTERM)
    last = _chunks("\n".join(lines))[-1]
    assert last["type"] == "error"
    assert "reconnect" in last["errorText"]


def test_the_same_chat_is_the_same_debate_and_a_deleted_one_is_none(http: httpx.Client, user: str) -> None:
    first_ = http.post("/debate-chat", json=_chat("chat-2", rounds=1), headers=bearer(user))
    again = http.post("/debate-chat", json=_chat("chat-2", rounds=1), headers=bearer(user))
    assert _chunks(first_.text) == _chunks(again.text)
    other = http.post("/debate-chat", json=_chat("chat-2", f"{TEXT} And oil."), headers=bearer(user))
    assert [chunk["type"] for chunk in _chunks(other.text)] == ["start", "error"]
    assert "a new chat" in _chunks(other.text)[-1]["errorText"]
    debate_id = first_.headers["x-debate-id"]
    assert http.delete(f"/debate-delete/{debate_id}", headers=bearer(user)).status_code == 204
    assert http.get("/debate-chat/chat-2/stream", headers=bearer(user)).status_code == 204
    assert http.get("/debate-chat/chat-2/stream", headers=bearer(f"{user}0")).status_code == 204


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"text": "short"}, "10 to 50,000 characters"),
        ({"messages": []}, "10 to 50,000 characters"),
        ({"text": "The cat slept on the sofa all day and dreamed of birds and of fish."}, "force"),
    ],
)
def test_what_a_user_can_mend_is_said_in_the_stream(
    http: httpx.Client, user: str, fields: dict[str, Any], word: str
) -> None:
    text = fields.pop("text", TEXT)
    answer = http.post("/debate-chat", json=_chat("chat-3", text) | fields, headers=bearer(user))
    assert answer.status_code == 200
    chunks = _chunks(answer.text)
    assert [chunk["type"] for chunk in chunks] == ["start", "error"]
    assert word in chunks[-1]["errorText"]


def test_the_fields_of_a_request_may_come_beside(http: httpx.Client, user: str) -> None:
    asked = request(rounds=1)
    body = _chat("chat-4", "ignored, as content is given") | {"content": asked["content"], "rounds": 1}
    assert http.post("/debate-chat", json=body, headers=bearer(user)).status_code == 200
    (debate,) = http.get("/debate-list", headers=bearer(user)).json()["items"]
    assert (debate["title"], debate["rounds"]) == (asked["content"]["title"], 1)
