from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from scripts.local import functions
from scripts.local.postgres import server
from tests.support.processes import once
from tests.support.stream import bearer, first, request, start, whole

if TYPE_CHECKING:
    from pathlib import Path


def test_says_what_is_served_and_how_it_is(http: httpx.Client) -> None:
    answer = http.get("/health", headers={"Authorization": "Bearer null"})
    assert answer.status_code == 200
    health = answer.json()
    assert health["status"] == "ok"
    assert {"health", "auth-check", "debate-start", "debate-stream", "debate-run"} <= set(health["functions"])
    assert {"postgres", "event_log", "queue"} <= set(health["checks"])
    assert all(check["ok"] and check["reason"] is None for check in health["checks"].values())


def test_starts_without_a_database_and_says_that_it_is_down(environment: dict[str, str], log: Path) -> None:
    away = environment | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    with functions.serving(away, log, "debate-start") as serving:
        answer = httpx.get(f"{serving.url}/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert answer.json()["checks"]["postgres"] == {"ok": False, "ms": answer.json()["checks"]["postgres"]["ms"]} | {
        "reason": "The database cannot be reached; try again in a few seconds.",
        "numbers": None,
    }


def test_alone_checks_nothing_that_it_does_not_use(environment: dict[str, str], log: Path) -> None:
    needed = {name: environment[name] for name in ("PATH",) if name in environment}
    with functions.serving(needed, log, "health") as serving:
        answer = httpx.get(f"{serving.url}/health")
    served = ["health", "openapi", "docs"]
    assert (answer.status_code, answer.json()["checks"], answer.json()["functions"]) == (200, {}, served)


def test_says_that_the_schema_is_not_there(environment: dict[str, str], log: Path) -> None:
    empty = environment | {"DATABASE_URL": urlsplit(environment["DATABASE_URL"])._replace(path="/postgres").geturl()}
    with functions.serving(empty, log, "debate-start") as serving:
        answer = httpx.get(f"{serving.url}/health")
        refused = httpx.post(f"{serving.url}/debate-start", json=request(), headers=bearer())
    assert answer.status_code == refused.status_code == 503
    assert answer.json()["checks"]["postgres"]["ok"]
    assert "scripts/migrate" in answer.json()["checks"]["queue"]["reason"]
    assert "scripts/migrate" in refused.json()["detail"]


def test_uses_the_database_url_of_a_prisma_application(environment: dict[str, str], log: Path) -> None:
    prisma = environment["DATABASE_URL"] + "&schema=public&connection_limit=5&pgbouncer=true"
    with functions.serving(environment | {"DATABASE_URL": prisma}, log, "debate-stream") as serving:
        answer = httpx.get(f"{serving.url}/health")
    assert answer.json()["checks"]["postgres"]["ok"], answer.text


def test_a_process_that_is_told_to_stop_as_soon_as_it_listens_stops(environment: dict[str, str], log: Path) -> None:
    with functions.serving(environment, log, "health") as serving:
        os.kill(serving.pid, signal.SIGTERM)
        assert serving.child.wait(timeout=20) == 0


def test_heals_when_the_database_comes_back(log: Path, user: str) -> None:
    with server() as postgres:
        environment = functions.environ(postgres.url) | {"DEBATE_MODEL": "offline"}
        functions.migrate(environment)
        postgres.stop()  # and so it is away at the start
        with functions.serving(environment, log) as serving, httpx.Client(base_url=serving.url, timeout=30) as http:
            for _ in range(2):
                assert once(lambda: http.get("/health").status_code == 503)
                refused = http.post("/debate-start", json=request(), headers=bearer(user))
                assert (refused.status_code, refused.json()["type"]) == (503, "urn:problem:unavailable")
                assert int(refused.headers["retry-after"]) > 0
                postgres.start()
                assert once(lambda: http.get("/health").status_code == 200)
                path = start(http, user)["stream_url"]
                assert whole(http, path, user)[-1]["type"] == "debate.completed"
                postgres.stop()  # in mid-life


def test_a_database_that_does_not_answer_is_down(environment: dict[str, str], log: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        away = environment | {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"}
        with functions.serving(away, log, "debate-start") as serving:
            answer = httpx.get(f"{serving.url}/health", timeout=30)
    assert answer.status_code == 503
    assert answer.json()["checks"]["postgres"]["reason"] == "no answer within 1.5 s"


def test_counts_the_jobs_of_the_queue(own_database: dict[str, str], tmp_path: Path, user: str) -> None:
    with (
        functions.serving(own_database, tmp_path / "edge", "debate-start", "debate-stream") as edge,
        httpx.Client(base_url=edge.url) as http,
    ):
        paths = [start(http, user, request(rounds=5))["stream_url"] for _ in range(2)]
        assert once(lambda: _numbers(http)["oldest_seconds"] > 1)
        assert (_numbers(http)["queued"], _numbers(http)["running"]) == (2, 0)
        with functions.serving(own_database, tmp_path / "worker", "debate-run") as worker:
            for path in paths:
                first(http, path, user, "turn.started")
            assert once(lambda: _numbers(worker.url)["running"] == 2)
            assert (_numbers(http)["queued"], _numbers(http)["oldest_seconds"]) == (0, 0)


def _numbers(where: httpx.Client | str) -> dict[str, float]:
    answer = httpx.get(f"{where}/health") if isinstance(where, str) else where.get("/health")
    return answer.json()["checks"]["queue"]["numbers"]
