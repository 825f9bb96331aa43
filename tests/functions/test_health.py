from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from scripts.local import functions

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
        "reason": "PostgreSQL cannot be reached"
    }


def test_alone_checks_nothing_that_it_does_not_use(environment: dict[str, str], log: Path) -> None:
    needed = {name: environment[name] for name in ("PATH",) if name in environment}
    with functions.serving(needed, log, "health") as serving:
        answer = httpx.get(f"{serving.url}/health")
    assert (answer.status_code, answer.json()["checks"], answer.json()["functions"]) == (200, {}, ["health"])
