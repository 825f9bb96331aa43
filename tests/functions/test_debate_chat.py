"""Read debates as the AI SDK does, with its own clients."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from scripts.local import clerk, functions
from scripts.local.functions import ROOT
from tests.stream import bearer, first, request, start, whole
from tests.thinker import thinking

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.local.functions import Serving

CLIENTS = ROOT / "tests" / "clients"
TEXT = "Utilities lead\nUtilities lead the market by 3% while lumber lags gold."
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
@pytest.mark.parametrize("package", ["ai", "ai-before"])
def test_the_clients_of_the_ai_sdk_read_a_whole_debate(
    http: httpx.Client, serving: Serving, user: str, package: str, cuts: int
) -> None:
    command = [
        ROOT / ".venv" / "bin" / "node",
        "chat.mjs",
        package,
        f"{serving.url}/debate-chat",
        "chat-1",
        TEXT,
        str(cuts),
    ]
    token = {"TOKEN": clerk.token(user, seconds=600)}
    done = subprocess.run(
        command, cwd=CLIENTS, env=os.environ | token, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["nothing"], seen["failure"]) == (None, None)
    (debate,) = http.get("/debate-list", headers=bearer(user)).json()["items"]
    assert (debate["title"], seen["message"]["id"]) == ("Utilities lead", debate["id"])
    log = whole(http, debate["stream_url"], user)
    parts = seen["message"]["parts"]
    said = [event["text"] for event in log if event["type"] == "turn.completed"]
    assert [part["text"] for part in parts if part["type"] == "text"] == said
    (verdict,) = [event["verdict"] for event in log if event["type"] == "verdict.completed"]
    assert [part["data"] for part in parts if part["type"] == "data-verdict"] == [verdict]
    agents = [event["agent"] for event in log if event["type"] == "turn.started"]
    assert [part["data"]["agent"] for part in parts if part["type"] == "data-turn"] == agents


def test_it_is_another_form_of_the_same_stream(http: httpx.Client, user: str) -> None:
    path = start(http, user)["stream_url"]
    log = whole(http, path, user)
    answer = http.get(f"{path}?format=ai-sdk&after=5", headers=bearer(user))
    assert answer.headers["x-vercel-ai-ui-message-stream"] == "v1"
    chunks = _chunks(answer.text)
    assert (chunks[0]["type"], chunks[-1]) == ("start", {"type": "finish", "finishReason": "stop"})
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
            thinking() as model,
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
        thinking() as model,
        functions.serving(own_database | model.environment, log) as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        debate = start(http, user)
        first(http, debate["stream_url"], user, "turn.delta")
        http.post(f"/debate-cancel/{debate['id']}", headers=bearer(user))
        chunks = _chunks(http.get(f"{debate['stream_url']}?format=ai-sdk", headers=bearer(user)).text)
    assert [chunk["type"] for chunk in chunks[-2:]] == ["text-end", "abort"]


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
