from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.support.stream import bearer, first, raw, start, whole

if TYPE_CHECKING:
    import httpx


@pytest.fixture
def ended(http: httpx.Client, user: str) -> tuple[str, int]:
    """Return the path of a debate that has ended, and its last seq."""
    path = start(http, user)["stream_url"]
    return path, whole(http, path, user)[-1]["seq"]


def test_all_viewers_see_the_same_bytes_from_wherever_they_join(http: httpx.Client, user: str) -> None:
    path = start(http, user)["stream_url"]
    live: list[bytes] = []
    early = threading.Thread(target=lambda: live.append(raw(http, path, user)))
    early.start()
    event = first(http, path, user, "turn.completed")
    late = raw(http, path, user)
    resumed = raw(http, path, user, **{"Last-Event-ID": str(event["seq"])})
    early.join()
    assert live == [late]
    assert late.endswith(b"\n\n" + resumed)
    assert resumed.startswith(f"id: {event['seq'] + 1}\n".encode())


def test_resumes_after_the_query_unless_the_header_says_otherwise(
    http: httpx.Client, user: str, ended: tuple[str, int]
) -> None:
    path, last = ended
    assert raw(http, f"{path}?after={last - 1}", user).startswith(f"id: {last}\n".encode())
    both = raw(http, f"{path}?after=0", user, **{"Last-Event-ID": str(last - 2)})
    assert both.startswith(f"id: {last - 1}\n".encode())


def test_a_viewer_who_has_everything_of_an_ended_debate_is_let_go(
    http: httpx.Client, user: str, ended: tuple[str, int]
) -> None:
    path, last = ended
    for cursor in (f"after={last}", f"after={last + 1000}", f"lastEventId={last}"):
        answer = http.get(f"{path}?{cursor}", headers=bearer(user))
        assert (answer.status_code, answer.content) == (204, b"")


def test_takes_the_cursor_of_an_eventsource_polyfill(http: httpx.Client, user: str, ended: tuple[str, int]) -> None:
    path, last = ended
    assert raw(http, f"{path}?lastEventId={last - 1}", user).startswith(f"id: {last}\n".encode())


@pytest.mark.parametrize("cursor", ["-1", "x", "1.5", "9" * 20, "²"])
def test_refuses_a_cursor_that_is_none(http: httpx.Client, user: str, ended: tuple[str, int], cursor: str) -> None:
    answer = http.get(ended[0], params={"after": cursor}, headers=bearer(user))
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:problem:malformed-request")


def test_has_the_headers_that_keep_proxies_from_buffering(
    http: httpx.Client, user: str, ended: tuple[str, int]
) -> None:
    for method in ("GET", "HEAD"):
        answer = http.request(method, ended[0], headers=bearer(user))
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["x-debate-id"] in ended[0]
    assert answer.content == b""


@pytest.mark.parametrize("debate_id", ["00000000-0000-4000-8000-000000000000", "nonsense"])
def test_does_not_know_a_debate_that_is_not_there(http: httpx.Client, debate_id: str) -> None:
    assert http.get(f"/debate-stream/{debate_id}", headers=bearer()).status_code == 404


def test_does_not_show_a_debate_to_anybody_else(http: httpx.Client, user: str, ended: tuple[str, int]) -> None:
    path, _ = ended
    stranger = http.get(path, headers=bearer(user + "0"))
    nothing = http.get("/debate-stream/00000000-0000-4000-8000-000000000000", headers=bearer(user))
    assert stranger.status_code == nothing.status_code == 404
    assert {**stranger.json(), "request_id": ""} == {**nothing.json(), "request_id": ""}
    assert http.get(path).status_code == 401
