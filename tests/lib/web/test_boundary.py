from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import TYPE_CHECKING, Any

import pytest

from lib.web.boundary import Boundary

if TYPE_CHECKING:
    import httpx
    from starlette.types import Message, Receive, Scope, Send

ORIGIN = "http://localhost:3000"


def test_answers_a_preflight_without_authentication(http: httpx.Client) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = http.options("/debate-start", headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "last-event-id" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-max-age"] == "600"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/health", "/auth-check", "/nothing"])
def test_lets_the_pages_of_the_origins_in_the_list_read_answers_and_errors(http: httpx.Client, path: str) -> None:
    allowed = http.get(path, headers={"Origin": ORIGIN})
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "x-request-id" in allowed.headers["access-control-expose-headers"]
    for origin in ("https://evil.example", "null", f"{ORIGIN}.evil.example"):
        assert "access-control-allow-origin" not in http.get(path, headers={"Origin": origin}).headers


@pytest.mark.parametrize("given", ["abc-123", "x" * 128])
def test_takes_a_sane_request_id_over(http: httpx.Client, given: str) -> None:
    answer = http.get("/auth-check", headers={"X-Request-Id": given})
    assert given == answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize("given", ["x" * 129, "two words", "", "{}"])
def test_makes_a_request_id_where_there_is_no_sane_one(http: httpx.Client, given: str) -> None:
    answer = http.get("/auth-check", headers={"X-Request-Id": given})
    assert given != answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/health/", 404, "not-found"),
        ("GET", "/debate-stream/", 404, "not-found"),
        ("DELETE", "/health", 405, "method-not-allowed"),
        ("GET", "/debate-start", 405, "method-not-allowed"),
    ],
)
def test_answers_what_is_not_served_with_a_problem(
    http: httpx.Client, method: str, path: str, status: int, name: str
) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:problem:{name}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("allow" in answer.headers) is (status == 405)


def _scope() -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": "/", "headers": [(b"x-request-id", b"r1")]}


def _served(app: Any, scope: Scope | None = None) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Boundary(app, {})(scope or _scope(), receive, send))
    return sent


def test_an_unhandled_error_is_logged_and_answered_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError("a secret")

    with caplog.at_level(logging.INFO):
        start, body = _served(broken)
    assert start["status"] == 500
    problem = json.loads(body["body"])
    assert (problem["type"], problem["request_id"]) == ("urn:problem:internal-error", "r1")
    assert "secret" not in body["body"].decode()
    failure, access = caplog.records
    assert failure.exc_info is not None
    assert failure.exc_info[0] is ZeroDivisionError
    assert (access.name, vars(access)["status"]) == ("access", 500)


def test_an_error_in_mid_answer_sends_no_second_start() -> None:
    async def breaks_off(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    assert [message["type"] for message in _served(breaks_off)] == ["http.response.start"]


SPAN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def _logged(caplog: pytest.LogCaptureFixture, **headers: str) -> dict[str, Any]:
    scope = _scope()
    scope["headers"] = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    with caplog.at_level(logging.INFO):
        _served(_answers_nothing, scope)
    return vars(caplog.records[-1])


async def _answers_nothing(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})


@pytest.mark.parametrize("form", ["{}", "t={}"])
def test_logs_what_the_edge_says(caplog: pytest.LogCaptureFixture, form: str) -> None:
    began = form.format(round(time.time() * 1000) - 1500)
    said = {
        "x_real_ip": "2001:db8::1",
        "x_railway_request_id": "Zk3_a-9",
        "traceparent": SPAN,
        "x_request_start": began,
    }
    record = _logged(caplog, **said)
    assert (record["client_ip"], record["railway_request_id"]) == ("2001:db8::1", "Zk3_a-9")
    assert record["traceparent"] == SPAN
    assert 1500 <= record["queue_ms"] < 600_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x_real_ip", "1.2.3.4, evil"),
        ("x_real_ip", "1" * 46),
        ("x_railway_request_id", 'a"b'),
        ("x_railway_request_id", "a" * 65),
        ("traceparent", SPAN.upper()),
        ("traceparent", SPAN + "-00"),
        ("traceparent", "ff" + SPAN[2:]),
        ("traceparent", f"00-{'0' * 32}-b7ad6b7169203331-01"),
        ("x_request_start", "yesterday"),
        ("x_request_start", "1000000000000"),
        ("x_request_start", "9999999999999"),
    ],
)
def test_logs_nothing_of_the_edge_that_has_another_form(
    caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    assert not {"client_ip", "railway_request_id", "traceparent", "queue_ms"} & _logged(caplog, **{name: value}).keys()
