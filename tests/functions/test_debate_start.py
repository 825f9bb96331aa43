from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from scripts.local import functions
from tests import fixtures
from tests.support.stream import bearer, request, start, whole

if TYPE_CHECKING:
    from pathlib import Path


def _count(url: str, user: str) -> int:
    async def count() -> int:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval("SELECT count(*) FROM debates.debates WHERE user_id = $1", user)
        finally:
            await connection.close()

    return asyncio.run(count())


def test_answers_with_the_debate_and_runs_it(http: httpx.Client, user: str) -> None:
    answer = http.post("/debate-start", json=request(), headers=bearer(user))
    assert answer.status_code == 201
    debate = answer.json()
    assert UUID(debate["id"]).version == 4
    assert answer.headers["location"] == debate["stream_url"] == f"/debate-stream/{debate['id']}"
    assert answer.headers["x-debate-id"] == debate["id"]
    assert (debate["status"], debate["model"], debate["rounds"], debate["last_seq"]) == ("queued", "offline", 1, 1)
    assert whole(http, debate["stream_url"], user)[-1]["type"] == "debate.completed"


def _content(**fields: Any) -> dict[str, Any]:
    return request() | {"content": request()["content"] | fields}


SIGNAL = {"name": "Utilities/S&P 500", "state": "risk_off", "as_of": "2026-11-20T21:00:00Z"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/content"),
        (request(surprise=1), "/surprise"),
        (request(rounds=0), "/rounds"),
        (request(rounds=6), "/rounds"),
        (request(rounds="2"), "/rounds"),
        (request(question=""), "/question"),
        (request("too short"), "/content/text"),
        (request("x" * 50_001), "/content/text"),
        (request("a NUL\0 in the text"), "/content/text"),
        (_content(url="https://user:pass@example.com/"), "/content/url"),
        (_content(url="https://example.com/\0"), "/content/url"),
        (_content(title=""), "/content/title"),
        (_content(title="x" * 256), "/content/title"),
        (_content(type="video"), "/content/type"),
        (_content(type="youtube"), "/content/url"),
        (_content(url="ftp://example.com/"), "/content/url"),
        (request(signals=[SIGNAL] * 21), "/signals"),
        (request(signals=[SIGNAL | {"state": "bullish"}]), "/signals/0/state"),
        (request(signals=[SIGNAL | {"as_of": "yesterday"}]), "/signals/0/as_of"),
        ([], ""),
        ("text", ""),
    ],
)
def test_refuses_what_has_another_form_and_stores_nothing(
    http: httpx.Client, environment: dict[str, str], user: str, body: object, pointer: str
) -> None:
    answer = http.post("/debate-start", json=body, headers=bearer(user))
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "urn:problem:invalid-request"
    assert pointer in [fault["pointer"] for fault in problem["errors"]]
    assert _count(environment["DATABASE_URL"], user) == 0


GOOD = fixtures.requests(ok=True)


@pytest.mark.parametrize("body", [asked.request for asked in GOOD.values()], ids=GOOD)
def test_takes_what_has_the_form_asked_for(http: httpx.Client, user: str, body: dict[str, Any]) -> None:
    debate = start(http, user, body)
    assert (debate["title"], debate["rounds"]) == (body["content"]["title"], body.get("rounds", 2))
    assert http.post(f"/debate-cancel/{debate['id']}", headers=bearer(user)).json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b'{"rounds": NaN}', "application/json", 400),
        (b'{"rounds": 1, "rounds": 2}', "application/json", 400),
        (b"[" * 40 + b"]" * 40, "application/json", 400),
        (b'{"rounds": ' + b"9" * 5_000 + b"}", "application/json", 400),
        (b'{"content": {"type": "text", "title": "\\ud800", "text": "Utilities lead."}}', "application/json", 422),
        (json.dumps({"signals": [{}] * 20_000}).encode(), "application/json", 422),
        (json.dumps({"signals": [{}] * 150_000}).encode(), "application/json", 400),
        (json.dumps(dict.fromkeys(map(str, range(60_000)), 1)).encode(), "application/json", 400),
        (b'"' + b'\\"' * 500_000, "application/json", 400),
        (b"rounds=1", "application/x-www-form-urlencoded", 415),
        (b"{}", "", 415),
        (b'"' + b"x" * 1_048_576 + b'"', "application/json", 413),
    ],
)
def test_refuses_a_body_that_cannot_be_read(
    http: httpx.Client, user: str, content: bytes, content_type: str, status: int
) -> None:
    answer = http.post("/debate-start", content=content, headers=bearer(user) | {"Content-Type": content_type})
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 10_000


def test_refuses_a_compressed_body(http: httpx.Client, user: str) -> None:
    answer = http.post("/debate-start", json=request(), headers=bearer(user) | {"Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_says_that_no_model_is_configured(environment: dict[str, str], log: Path, user: str) -> None:
    with functions.serving(environment | {"DEBATE_MODEL": ""}, log, "debate-start") as serving:
        answer = httpx.post(f"{serving.url}/debate-start", json=request(), headers=bearer(user))
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem:model-not-configured"
    assert "retry-after" in answer.headers


def test_answers_503_where_the_database_is_away(environment: dict[str, str], log: Path) -> None:
    away = environment | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    with functions.serving(away, log, "debate-start") as serving:
        answer = httpx.post(f"{serving.url}/debate-start", json=request(), headers=bearer())
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:problem:unavailable")
    assert "retry-after" in answer.headers


def test_never_logs_content_or_tokens(environment: dict[str, str], log: Path, user: str) -> None:
    secret = "Peculiarity rallied 7% in the marmalade index."
    with functions.serving(environment, log) as serving, httpx.Client(base_url=serving.url) as http:
        debate = start(http, user, request(secret))
        whole(http, debate["stream_url"], user)
    lines = log.read_text("utf-8")
    assert "marmalade" not in lines
    assert "eyJ" not in lines
    assert all(json.loads(line)["level"] in {"info", "warn"} for line in lines.splitlines())
