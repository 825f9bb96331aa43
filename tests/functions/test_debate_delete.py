from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import pytest

from scripts.local import functions
from tests.support import database
from tests.support.stream import bearer, events, request, start, whole

if TYPE_CHECKING:
    from pathlib import Path

KEPT = """
SELECT request, deleted_at IS NOT NULL, (SELECT count(*) FROM debates.events WHERE debate_id = id)
    + (SELECT count(*) FROM debates.steers WHERE debate_id = id)
FROM debates.debates WHERE id = $1
"""


def _delete(http: httpx.Client, debate_id: str, user: str) -> httpx.Response:
    return http.delete(f"/debate-delete/{debate_id}", headers=bearer(user))


def _row(environment: dict[str, str], debate_id: str) -> tuple[Any, ...]:
    async def read() -> tuple[Any, ...]:
        connection = await asyncpg.connect(environment["DATABASE_URL"])
        try:
            return tuple(await connection.fetchrow(KEPT, debate_id) or ())
        finally:
            await connection.close()

    return asyncio.run(read())


@pytest.fixture
def ended(http: httpx.Client, user: str) -> dict[str, Any]:
    """Return a debate that has ended."""
    debate = start(http, user)
    whole(http, debate["stream_url"], user)
    return debate


def test_erases_all_that_was_said_and_keeps_a_row_for_the_limits(
    http: httpx.Client, environment: dict[str, str], user: str, ended: dict[str, Any]
) -> None:
    database.run(environment, "INSERT INTO debates.steers (debate_id, steer, text) VALUES ($1, 1, 'x')", ended["id"])
    answer = _delete(http, ended["id"], user)
    assert (answer.status_code, answer.content) == (204, b"")
    assert _row(environment, ended["id"]) == (None, True, 0)


def test_a_deleted_debate_is_nowhere(http: httpx.Client, user: str, ended: dict[str, Any]) -> None:
    _delete(http, ended["id"], user)
    for method, path in (
        ("GET", "debate-stream"),
        ("GET", "debate-result"),
        ("POST", "debate-cancel"),
        ("DELETE", "debate-delete"),
    ):
        answer = http.request(method, f"/{path}/{ended['id']}", headers=bearer(user))
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:problem:not-found")
    assert http.get("/debate-list", headers=bearer(user)).json()["items"] == []


def test_nobody_else_can_delete_it(http: httpx.Client, user: str, ended: dict[str, Any]) -> None:
    answer = _delete(http, ended["id"], f"{user}0")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:problem:not-found")
    assert http.get(f"/debate-result/{ended['id']}", headers=bearer(user)).status_code == 200


def test_a_live_debate_must_be_cancelled_first(own_database: dict[str, str], log: Path, user: str) -> None:
    with (
        functions.serving(own_database, log, "debate-start", "debate-cancel", "debate-delete") as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        debate = start(http, user)
        refused = _delete(http, debate["id"], user)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:problem:debate-live")
        http.post(f"/debate-cancel/{debate['id']}", headers=bearer(user))
        assert _delete(http, debate["id"], user).status_code == 204


def test_limits_count_what_was_deleted(own_database: dict[str, str], log: Path, user: str) -> None:
    limits = own_database | {"DEBATE_STARTS_PER_DAY": "1"}
    with functions.serving(limits, log) as serving, httpx.Client(base_url=serving.url) as http:
        debate = start(http, user)
        whole(http, debate["stream_url"], user)
        _delete(http, debate["id"], user)
        again = http.post("/debate-start", json=request(), headers=bearer(user))
        assert (again.status_code, again.json()["type"]) == (429, "urn:problem:too-many-requests")


def test_its_idempotency_key_starts_nothing_else_for_a_day(http: httpx.Client, user: str) -> None:
    headers = bearer(user) | {"Idempotency-Key": "once"}
    debate = http.post("/debate-start", json=request(), headers=headers).json()
    whole(http, debate["stream_url"], user)
    _delete(http, debate["id"], user)
    again = http.post("/debate-start", json=request(), headers=headers)
    assert (again.status_code, again.json()["type"]) == (409, "urn:problem:debate-deleted")


def test_a_stream_that_still_reads_it_is_told_to_come_again_and_finds_nothing(
    own_database: dict[str, str], log: Path, user: str
) -> None:
    """Delete a debate under a viewer who saw it live, and for whom its end is not there any more."""
    with functions.serving(own_database, log) as serving, httpx.Client(base_url=serving.url) as http:
        debate = start(http, user)
        whole(http, debate["stream_url"], user)
    with (
        functions.serving(own_database, log, "debate-stream", "debate-delete") as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        hidden = "DELETE FROM debates.events WHERE debate_id = $1 AND type = 'debate.completed'"
        _execute(own_database, "UPDATE debates.debates SET ended_at = NULL WHERE id = $1", debate["id"])
        _execute(own_database, hidden, debate["id"])
        seen: list[str] = []
        watching = threading.Event()

        def watch() -> None:
            with httpx.Client(base_url=serving.url) as viewer:
                for event in events(viewer, debate["stream_url"], user):
                    seen.append(event["type"])
                    if event["type"] == "verdict.completed":
                        watching.set()

        viewer = threading.Thread(target=watch)
        viewer.start()
        assert watching.wait(30)
        _execute(own_database, "UPDATE debates.debates SET ended_at = now() WHERE id = $1", debate["id"])
        assert _delete(http, debate["id"], user).status_code == 204
        viewer.join(30)
        assert not viewer.is_alive()
        assert seen[-1] == "stream.reconnect"
        assert http.get(debate["stream_url"], headers=bearer(user)).status_code == 404


def _execute(environment: dict[str, str], sql: str, debate_id: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(environment["DATABASE_URL"])
        try:
            await connection.execute(sql, debate_id)
        finally:
            await connection.close()

    asyncio.run(execute())
