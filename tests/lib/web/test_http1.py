"""Speak to a process in bytes, as no HTTP client would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.http1 import HOST, answers, connected, exchange
from tests.support.stream import bearer

if TYPE_CHECKING:
    import socket

    from scripts.local.functions import Serving

EDGE_KEEPS_SECONDS = 60
CHUNKED = b"POST /debate-start HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"


UNREADABLE = {
    "nonsense": b"nonsense\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no such version": b"GET /health HTTP/9.9\r\n" + HOST + b"\r\n",
    "a path that is not ASCII": b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "no path": b"GET  HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT db.example.com:5432 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header without a colon": b"GET /health HTTP/1.1\r\nhost\r\n\r\n",
    "a space in a header's name": b"GET /health HTTP/1.1\r\nHo st: x\r\n\r\n",
    "a NUL in a header": b"GET /health HTTP/1.1\r\nHost: x\0\r\n\r\n",
    "a bare line feed in a header": b"GET /health HTTP/1.1\r\nX: a\n b: c\r\n\r\n",
    "a length that is no number": b"POST /debate-start HTTP/1.1\r\n" + HOST + b"Content-Length: ten\r\n\r\n",
    "two lengths": b"POST /debate-start HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a negative length": b"POST /debate-start HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "a length and chunks": b"POST /debate-start HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
}


@pytest.mark.parametrize("request_", UNREADABLE.values(), ids=UNREADABLE)
def test_answers_what_cannot_be_read_with_a_problem_and_closes(serving: Serving, request_: bytes) -> None:
    ((status, headers, problem),) = exchange(serving, request_)
    assert (status, problem["type"]) == (400, "urn:problem:malformed-request")
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-request-id"] == problem["request_id"]
    assert headers["connection"] == "close"


def test_what_was_read_before_the_fault_counts(serving: Serving) -> None:
    head = b"GET /health HTTP/1.1\r\nX-Request-Id: mine\r\nOrigin: http://localhost:3000\r\n"
    head += b"Accept: */*\r\nno colon\r\n\r\n"
    ((status, headers, problem),) = exchange(serving, head)
    assert (status, problem["request_id"]) == (400, "mine")
    assert headers["access-control-allow-origin"] == "http://localhost:3000"


@pytest.mark.parametrize(
    "parts",
    [
        (b"GET /health HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 140_000 + b"\r\n\r\n",),
        (b"GET /health HTTP/1.1\r\n" + HOST, *[b"X-%d: " % n + b"a" * 9_000 + b"\r\n" for n in range(18)]),
        (b"GET /health HTTP/1.1\r\n" + HOST, b"X: ", *[b"a" * 30_000] * 6),
        (b"GET /" + b"a" * 140_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",),
        (b"\r\n" * 80_000,),
    ],
    ids=["one header", "many headers", "a header without end", "a path", "empty lines"],
)
def test_bounds_the_head(serving: Serving, parts: tuple[bytes, ...]) -> None:
    ((status, _, problem),) = exchange(serving, *parts)
    assert (status, problem["type"]) == (431, "urn:problem:head-too-large")


def test_a_broken_chunk_is_answered_though_its_request_was_being_read(serving: Serving) -> None:
    ((status, _, problem),) = exchange(serving, CHUNKED + b"zz\r\n")
    assert (status, problem["type"]) == (400, "urn:problem:malformed-request")


def test_nonsense_after_a_request_lets_that_be_answered_first(serving: Serving) -> None:
    ((status, headers, health),) = exchange(serving, b"GET /health HTTP/1.1\r\n" + HOST + b"\r\nnonsense\r\n\r\n")
    assert (status, health["status"], headers["connection"]) == (200, "ok", "close")


def test_requests_may_follow_each_other_without_waiting(serving: Serving) -> None:
    health, check = b"GET /health HTTP/1.1\r\n" + HOST, b"GET /auth-check HTTP/1.1\r\n" + HOST
    answers = exchange(serving, health + b"\r\n" + check + b"\r\n" + health + b"Connection: close\r\n\r\n")
    assert [status for status, _, _ in answers] == [200, 401, 200]


def test_speaks_http_1_0(serving: Serving) -> None:
    ((status, headers, _),) = exchange(serving, b"GET /health HTTP/1.0\r\n\r\n")
    assert (status, headers["connection"]) == (200, "close")


def test_a_head_that_does_not_arrive_is_given_up(serving: Serving) -> None:
    ((status, _, problem),) = exchange(serving, b"GET /health HTTP/1.1\r\n" + HOST)
    assert (status, problem["type"]) == (408, "urn:problem:request-timeout")


def test_a_body_that_does_not_arrive_is_given_up(serving: Serving) -> None:
    head = b"POST /debate-start HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n"
    token = b"Authorization: " + bearer()["Authorization"].encode() + b"\r\n\r\n"
    ((status, headers, problem),) = exchange(serving, head + token + b"{")
    assert (status, problem["type"], headers["connection"]) == (408, "urn:problem:request-timeout", "close")


def _overlong() -> bytes:
    head = b"POST /debate-start HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n"
    return head + b"Authorization: " + bearer()["Authorization"].encode() + b"\r\n\r\n"


def test_a_client_that_is_still_sending_is_not_cut_off_before_it_reads_why(serving: Serving) -> None:
    with connected(serving) as connection:
        connection.sendall(_overlong() + b"x" * 20_000_000)
        ((status, headers, problem),) = answers(connection)
    assert (status, problem["type"], headers["connection"]) == (413, "urn:problem:body-too-large", "close")


def test_a_client_that_never_stops_sending_is_let_go(serving: Serving) -> None:
    with connected(serving) as connection:
        connection.sendall(_overlong())
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            _flood(connection)


def _flood(connection: socket.socket) -> None:
    for _ in range(10_000_000):
        connection.sendall(b"x" * 1_000)


@pytest.mark.full
def test_an_idle_connection_lasts_longer_than_the_edge_keeps_it(serving: Serving) -> None:
    with connected(serving) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.settimeout(EDGE_KEEPS_SECONDS + 2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
