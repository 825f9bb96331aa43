from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from scripts.local import functions
from tests.support.processes import once
from tests.support.stream import bearer, request, start, whole
from tests.support.telemetry_sink import TelemetrySink, attributes, telemetry_sink

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

CONTENT = "Utilities lead the market by 3% while whispered-content lags gold."
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"

BROKEN = """
import functions.debate_list, lib.moderator.moderator, runpy, sys
async def handle(request):
    whispered = "whispered-local"
    try:
        raise KeyError("whispered-cause")
    except KeyError as error:
        raise ZeroDivisionError("whispered-words") from error
async def run(self, debate_id):
    raise ZeroDivisionError("whispered-words")
functions.debate_list.handle = handle
lib.moderator.moderator.Moderator.run = run
sys.argv[0] = "functions"
runpy.run_module("functions", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def collecting() -> Generator[TelemetrySink]:
    with telemetry_sink() as made:
        yield made


def _never_told(collecting: TelemetrySink, *headers: dict[str, str]) -> None:
    """See that nothing arrived that anybody has said, or by which anybody is known."""
    told = b"".join(collecting.bodies)
    assert told
    assert b"whispered" not in told
    assert not any(value.removeprefix("Bearer ").encode() in told for header in headers for value in header.values())


def test_spans_go_from_the_request_to_each_call_of_the_model(
    own_database: dict[str, str], log: Path, user: str, collecting: TelemetrySink
) -> None:
    session = bearer(user)
    with (
        functions.serving(own_database | {"OTEL_EXPORTER_OTLP_ENDPOINT": collecting.url}, log) as serving,
        httpx.Client(base_url=serving.url) as http,
    ):
        made = http.post("/debate-start", json=request(CONTENT), headers=session | {"traceparent": TRACEPARENT})
        assert made.status_code == 201, made.text
        assert whole(http, made.json()["stream_url"], user)[-1]["type"] == "debate.completed"
        os.kill(serving.pid, signal.SIGTERM)
        assert serving.child.wait(30) == 0
    (started,) = collecting.named("POST /debate-start")
    assert (started.trace_id.hex(), started.parent_span_id.hex()) == (TRACE, TRACEPARENT.split("-")[2])
    assert attributes(started)["http.response.status_code"] == 201
    (sent,), (worked,) = collecting.named("send debate.queued"), collecting.named("process debate.queued")
    assert (sent.parent_span_id, worked.parent_span_id) == (started.span_id, sent.span_id)
    turns = [span for span in collecting.spans if span.name.startswith("turn ")]
    calls = [span for span in collecting.spans if span.name == "chat offline"]
    assert len(turns) == 4
    assert {span.parent_span_id for span in turns} == {worked.span_id}
    assert {span.parent_span_id for span in calls} == {span.span_id for span in turns}
    assert {span.trace_id.hex() for span in (*turns, *calls)} == {TRACE}
    assert all(attributes(call)["gen_ai.usage.output_tokens"] for call in calls)
    assert "debates" in collecting.services
    _never_told(collecting, session)


def test_errors_are_told_without_what_anybody_said(
    own_database: dict[str, str], log: Path, user: str, collecting: TelemetrySink
) -> None:
    session = bearer(user)
    environment = own_database | {"SENTRY_DSN": collecting.dsn, "APP_VERSION": "1a2b3c", "PORT": "0"}
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collecting.url
    with functions.running(["-c", BROKEN, "--host", "127.0.0.1"], environment, log) as serving:
        with httpx.Client(base_url=serving.url) as http:
            start(http, user, request(CONTENT))
            broken = http.get("/debate-list?cursor=whispered", headers=session)
            assert broken.status_code == 500
            assert once(lambda: {event["tags"]["logger"] for event in collecting.events} >= {"error", "queue"})
        os.kill(serving.pid, signal.SIGTERM)
        assert serving.child.wait(30) == 0
    told = {event["tags"]["logger"]: event for event in collecting.events}
    for event in told.values():
        assert event["release"] == "1a2b3c"
        assert event["exception"]["values"][-1]["type"] == "ZeroDivisionError"
        assert event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert told["error"]["tags"]["request_id"] == broken.headers["x-request-id"]
    assert told["queue"]["tags"]["debate_id"]
    assert [span.status.code for span in collecting.named("GET /debate-list")] == [2]
    _never_told(collecting, session)


def test_what_is_not_configured_is_not_imported(environment: dict[str, str]) -> None:
    program = (
        "import json, sys, lib.router; lib.router.app();"
        "print(json.dumps([name for name in sys.modules if name in ('sentry_sdk', 'opentelemetry.sdk')]))"
    )
    chosen = environment | {"FUNCTIONS": "health,auth-check"}
    done = subprocess.run([sys.executable, "-c", program], env=chosen, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_a_collector_that_is_away_keeps_nobody_waiting(environment: dict[str, str], log: Path) -> None:
    away = environment | {"SENTRY_DSN": "http://key@127.0.0.1:1/1", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
    with functions.serving(away, log, "auth-check") as serving:
        assert httpx.get(f"{serving.url}/auth-check", headers=bearer()).status_code == 200
        os.kill(serving.pid, signal.SIGTERM)
        assert serving.child.wait(functions.DRAIN_SECONDS) == 0
