from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.stream import bearer, start, whole

if TYPE_CHECKING:
    import httpx


def _page(http: httpx.Client, user: str, **query: str | int) -> dict[str, Any]:
    answer = http.get("/debate-list", params=query, headers=bearer(user))
    assert answer.status_code == 200, answer.text
    return answer.json()


def _ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


@pytest.fixture
def debates(http: httpx.Client, user: str) -> list[str]:
    """Return the ids of three debates that have ended, newest first."""
    started = [start(http, user) for _ in range(3)]
    for debate in started:
        whole(http, debate["stream_url"], user)
    return [debate["id"] for debate in reversed(started)]


def test_lists_the_debates_of_the_caller_and_nobody_else(http: httpx.Client, user: str, debates: list[str]) -> None:
    page = _page(http, user)
    assert _ids(page) == debates
    assert page["next_cursor"] is None
    for item in page["items"]:
        assert item["status"] == "completed"
        assert whole(http, item["stream_url"], user)[-1]["seq"] == item["last_seq"]
    assert _page(http, user + "0") == {"items": [], "next_cursor": None}


def test_goes_on_page_by_page_though_debates_are_added(http: httpx.Client, user: str, debates: list[str]) -> None:
    first = _page(http, user, limit=2)
    assert _ids(first) == debates[:2]
    start(http, user)
    second = _page(http, user, limit=2, cursor=first["next_cursor"])
    assert _ids(second) == debates[2:]
    assert second["next_cursor"] is None


def test_ends_where_a_page_is_just_full(http: httpx.Client, user: str, debates: list[str]) -> None:
    page = _page(http, user, limit=3)
    assert (_ids(page), page["next_cursor"]) == (debates, None)


def test_selects_by_status(http: httpx.Client, user: str, debates: list[str]) -> None:
    assert _ids(_page(http, user, status="completed")) == debates
    assert _ids(_page(http, user, status="failed")) == []


def test_a_cursor_that_was_changed_or_lent_is_refused(http: httpx.Client, user: str, debates: list[str]) -> None:
    cursor = _page(http, user, limit=1)["next_cursor"]
    changed = [cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :] for place in range(44)]
    for wrong in [*changed, cursor + "=", cursor + "AAAA", cursor[:-4], cursor.lower(), cursor + " "]:
        answer = http.get("/debate-list", params={"cursor": wrong}, headers=bearer(user))
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:problem:malformed-request"), wrong
    assert http.get("/debate-list", params={"cursor": cursor}, headers=bearer(user + "0")).status_code == 400
    assert _ids(_page(http, user, cursor=cursor)) == debates[1:]
