from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lib.contract.events import ENVELOPED
from lib.contract.result import DebateResult
from scripts.local import clerk, functions
from tests import fixtures
from tests.support import database
from tests.support.stream import bearer, request

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures import Recorded

LOGS = fixtures.logs()


def _events(stream: bytes) -> list[dict[str, Any]]:
    return [
        json.loads(line.removeprefix("data: ")) for line in stream.decode().split("\n") if line.startswith("data: ")
    ]


def _store(environment: dict[str, str], user: str, recorded: Recorded) -> None:
    """Put a debate where the release that held it left it."""
    debate = recorded.result["debate"]
    moments = [
        debate[name] and datetime.fromisoformat(debate[name]) for name in ("created_at", "started_at", "ended_at")
    ]
    insert = (
        "INSERT INTO debates.debates (id, issuer, user_id, request, model, status, created_at, started_at, ended_at)"
    )
    owner = (debate["id"], clerk.ISSUER, user, json.dumps(request()), debate["model"], debate["status"])
    database.run(environment, f"{insert} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", *owner, *moments)
    for event in _events(recorded.stream):
        seq, debate_id, at, kind = (event.pop(name) for name in ("seq", "debate_id", "at", "type"))
        data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        sql = "INSERT INTO debates.events (debate_id, seq, type, data, at) VALUES ($1, $2, $3, $4, $5)"
        database.run(environment, sql, debate_id, seq, kind, data, datetime.fromisoformat(at))


def test_what_was_recorded_is_read_as_it_was_then(own_database: dict[str, str], log: Path, user: str) -> None:
    for recorded in LOGS.values():
        _store(own_database, user, recorded)
    with functions.serving(own_database, log, "debate-stream", "debate-result") as serving:
        for name, (stream, result) in LOGS.items():
            debate = result["debate"]
            answer = httpx.get(f"{serving.url}/debate-result/{debate['id']}", headers=bearer(user))
            assert answer.json() == result, name
            assert httpx.get(serving.url + debate["stream_url"], headers=bearer(user)).content == stream, name


@pytest.mark.parametrize("name", LOGS)
def test_what_was_recorded_is_what_the_contract_says(name: str) -> None:
    for event in _events(LOGS[name].stream):
        ENVELOPED[event["type"]].model_validate(event)
    DebateResult.model_validate(LOGS[name].result)
