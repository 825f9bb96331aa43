from __future__ import annotations

import asyncio
import contextlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from lib.event_log.entry import Entry, Interrupted
from lib.event_log.feed import Batch
from lib.streaming import ai_sdk
from tests import fixtures
from tests.support import chat_page
from tests.support.chat_page import PACKAGES
from tests.support.server_thread import address, serving_in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Sequence

    from tests.support.stream import Event


def _log(stream: bytes) -> list[Event]:
    return [json.loads(line[6:]) for line in stream.splitlines() if line.startswith(b"data: ")]


LOGS = {name: _log(recorded.stream) for name, recorded in fixtures.logs().items()}


def _encoded(log: Sequence[Event], *, interrupted: bool = False) -> bytes:
    async def batches() -> AsyncGenerator[Batch, None]:
        for event in log:
            envelope = json.dumps(event, ensure_ascii=False).encode()
            yield Batch([Entry(event["seq"], event["type"], envelope, b"")])
            yield Batch()
        if interrupted:
            raise Interrupted

    async def encoded() -> bytes:
        return b"".join([chunks.sse async for chunks in ai_sdk.encode(batches(), UUID(log[0]["debate_id"]))])

    return asyncio.run(encoded())


def _chunks(stream: bytes) -> list[Any]:
    return _log(stream.replace(b"data: [DONE]\n\n", b""))


@contextlib.contextmanager
def _answering(stream: bytes) -> Generator[str]:
    """Answer a chat with this stream; there is nothing to resume."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(stream)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    with serving_in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Answer)) as server:
        yield address(server)


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", LOGS)
def test_a_page_shows_what_a_recorded_log_says(name: str, package: str, user: str) -> None:
    log = LOGS[name]
    with _answering(_encoded(log)) as url:
        seen = chat_page.run_chat(url, package, user)
    chat_page.check(seen, log)
    problem = log[-1].get("problem")
    errors = [f"{problem['title']}. {problem['detail']}"] if problem else []
    assert (seen["status"], seen["errors"]) == ("error" if errors else "ready", errors)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_page_shows_what_the_user_said_meanwhile_and_nothing_that_it_does_not_know(package: str, user: str) -> None:
    log = LOGS["completed"]
    common = {name: log[1][name] for name in ("seq", "debate_id", "at")}
    meanwhile = [
        {**common, "type": "steer.accepted", "steer": 1, "text": "Look at credit."},
        {**common, "type": "steer.applied", "steer": 1, "text": "Look at credit."},
        {**common, "type": "steer.accepted", "steer": 2, "text": "And at jobs."},
        {**common, "type": "turn.sung", "turn": 1},
    ]
    with _answering(_encoded([*log[:-1], *meanwhile, log[-1]])) as url:
        seen = chat_page.run_chat(url, package, user)
    chat_page.check(seen, log)
    remarks = [part["data"] for part in seen["messages"][1]["parts"] if part["type"] == "data-steer"]
    assert remarks == [{"text": "Look at credit.", "applied": True}, {"text": "And at jobs.", "applied": False}]


def _counted(log: Sequence[Event]) -> list[str]:
    """Return the texts that are not discarded."""
    chunks = _chunks(_encoded(log))
    dropped = {chunk["id"] for chunk in chunks if chunk["type"] == "data-turn" and "discarded" in chunk["data"]}
    texts = {chunk["id"]: "" for chunk in chunks if chunk["type"] == "text-start" and chunk["id"] not in dropped}
    for chunk in chunks:
        if chunk["type"] == "text-delta" and chunk["id"] in texts:
            texts[chunk["id"]] += chunk["delta"]
    return list(texts.values())


@pytest.mark.parametrize("name", sorted(LOGS.keys() - {"cancelled"}))
def test_an_old_log_without_its_deltas_says_the_same(name: str) -> None:
    old = [event for event in LOGS[name] if event["type"] != "turn.delta"]
    assert _counted(old) == _counted(LOGS[name])


def test_a_text_that_is_not_what_was_shown_replaces_it() -> None:
    log = LOGS["completed"]
    at = next(place for place, event in enumerate(log) if event["type"] == "turn.completed")
    stream = _encoded([*log[:at], log[at] | {"text": "Said otherwise."}, *log[at + 1 :]])
    turns = [chunk for chunk in _chunks(stream) if chunk.get("id", "").startswith("turn-1")]
    kinds = [(chunk["type"], chunk["id"]) for chunk in turns if chunk["type"] != "text-delta"]
    assert kinds[2:] == [
        ("text-end", "turn-1"),
        ("data-turn", "turn-1"),
        ("data-turn", "turn-1.whole"),
        ("text-start", "turn-1.whole"),
        ("text-end", "turn-1.whole"),
    ]
    assert [chunk["delta"] for chunk in turns if chunk["id"] == "turn-1.whole" and "delta" in chunk] == [
        "Said otherwise."
    ]


def test_each_event_is_named_once_by_the_last_of_its_chunks() -> None:
    for log in LOGS.values():
        ids = [int(line[4:]) for line in _encoded(log).splitlines() if line.startswith(b"id: ")]
        assert ids == sorted(set(ids))
        assert ids[-1] == log[-1]["seq"]


def test_an_end_before_the_debates_is_an_error() -> None:
    chunks = _chunks(_encoded(LOGS["completed"][:3], interrupted=True))
    assert chunks[-1] == {"type": "error", "errorText": ai_sdk.RECONNECT}
