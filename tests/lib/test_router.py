from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from lib import manifest, router
from scripts.local import functions
from scripts.local.child import Child
from scripts.local.functions import Serving
from tests.support.processes import once
from tests.support.stream import bearer, events, request, start

if TYPE_CHECKING:
    from collections.abc import Generator, MutableMapping
    from pathlib import Path

CLERK = {"CLERK_ISSUER", "CLERK_AUTHORIZED_PARTIES"}
DATABASE = {"DATABASE_URL"}
NEEDS = {
    "health": set[str](),
    "openapi": set[str](),
    "docs": set[str](),
    "auth-check": CLERK,
    "debate-start": CLERK | DATABASE,
    "debate-stream": CLERK | DATABASE,
    "debate-chat": CLERK | DATABASE,
    "debate-chat-stream": CLERK | DATABASE,
    "debate-result": CLERK | DATABASE,
    "debate-list": CLERK | DATABASE,
    "debate-cancel": CLERK | DATABASE,
    "debate-steer": CLERK | DATABASE,
    "debate-delete": CLERK | DATABASE,
    "debate-run": DATABASE,
}
"""What a function needs, and nothing else."""

CHECKED = {"autogen", "clerk", "postgres", "event_log", "queue"}
"""The resources that can be down."""

HEAVY = {
    "sentry_sdk",
    "opentelemetry",
    "pydantic",
    "sqlalchemy",
    "databases",
    "asyncpg",
    "httpx",
    "autogen_core",
    "pgqueuer",
}
SPY = """
import atexit, json, runpy, sys
atexit.register(lambda: print(json.dumps({"modules": sorted(sys.modules)}), flush=True))
sys.argv[0] = "functions"
runpy.run_module("functions", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("name", manifest.read())
def test_serves_each_function_alone_with_only_what_it_needs(environment: dict[str, str], log: Path, name: str) -> None:
    needed = {variable: environment[variable] for variable in NEEDS[name]}
    with functions.serving(needed, log, name) as serving:
        answer = httpx.get(f"{serving.url}/health")
        others = [
            httpx.get(f"{serving.url}/{other}").status_code
            for other in NEEDS
            if other not in {name, *manifest.ALWAYS_SERVED}
        ]
    assert answer.status_code == 200, answer.text
    assert set(answer.json()["functions"]) == {*manifest.ALWAYS_SERVED, name}
    assert answer.json()["checks"].keys() == manifest.read()[name].resources & CHECKED
    assert set(others) == {404}


@pytest.mark.parametrize(("name", "variable"), [(name, needed) for name in NEEDS for needed in sorted(NEEDS[name])])
def test_needs_each_of_them(environment: dict[str, str], name: str, variable: str) -> None:
    needed = {other: environment[other] for other in NEEDS[name] - {variable}}
    command = [sys.executable, "-m", "functions", "--host", "127.0.0.1", name]
    done = subprocess.run(command, env=needed, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert variable in done.stderr


@pytest.mark.parametrize("name", ["health", "auth-check"])
def test_a_small_function_that_serves_has_imported_nothing_heavy(
    environment: dict[str, str], log: Path, name: str
) -> None:
    with _running(log, environment | {"FUNCTIONS": name}, "-c", SPY) as running:
        assert httpx.get(f"{running.url}/{name}", headers=bearer()).status_code == 200
        os.kill(running.pid, signal.SIGTERM)
        assert running.child.wait(30) == 0
    modules = json.loads(log.read_text("utf-8").splitlines()[-1])["modules"]
    assert "lib.process.health" in modules
    assert not HEAVY & set(modules)


@pytest.mark.parametrize(("name", "writes"), [("debate-stream", False), ("debate-run", True)])
def test_only_a_process_that_runs_debates_writes_the_log_and_watches_for_signals(
    idle: dict[str, str], name: str, *, writes: bool
) -> None:
    async def running() -> set[str]:
        lifespan = router.application([manifest.read()[name]], idle)
        messages = asyncio.Queue[dict[str, object]]()
        messages.put_nowait({"type": "lifespan.startup"})
        started = asyncio.Event()

        async def send(message: MutableMapping[str, object]) -> None:
            assert message["type"] in {"lifespan.startup.complete", "lifespan.shutdown.complete"}, message
            started.set()

        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(lifespan({"type": "lifespan", "state": {}}, messages.get, send))
            await started.wait()
            found = {getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()}
            messages.put_nowait({"type": "lifespan.shutdown"})
        return found

    found = asyncio.run(running())
    assert "Reader._tail" in found
    assert {"Writer.run", "SignalWatcher.run", "Worker._work"} & found == (
        {"Writer.run", "SignalWatcher.run", "Worker._work"} if writes else set()
    )


@pytest.mark.parametrize("program", [("functions",), ("uvicorn", "--factory", "lib.router:app")])
def test_stops_when_told_to_though_somebody_watches(
    own_database: dict[str, str], log: Path, user: str, program: tuple[str, ...]
) -> None:
    environment = own_database | {"FUNCTIONS": "debate-start,debate-stream"}
    with _running(log, environment, "-m", *program) as running, httpx.Client(base_url=running.url) as http:
        path = start(http, user, request(rounds=5))["stream_url"]
        seen: list[str] = []
        for event in events(http, path, user):
            if not seen:
                os.kill(running.pid, signal.SIGTERM)
            seen.append(event["type"])
        assert seen == ["debate.queued", "stream.reconnect"]
        assert running.child.wait(30) in {0, 128 + signal.SIGTERM}
    lines = log.read_text("utf-8").splitlines()
    requests = [line for line in map(json.loads, lines) if line["logger"] == "access"]
    assert [(line["route"], line["status"]) for line in requests] == [
        ("/debate-start", 201),
        ("/debate-stream/{debate_id}", 200),
    ]


def test_nothing_is_written_to_standard_error(own_database: dict[str, str], tmp_path: Path, user: str) -> None:
    command = [sys.executable, "-W", "always", "-m", "functions", "--host", "127.0.0.1", "--port", "0"]
    out, error = tmp_path / "out", tmp_path / "error"
    with out.open("wb") as output, error.open("wb") as errors:
        process = subprocess.Popen(command, cwd=functions.ROOT, env=own_database, stdout=output, stderr=errors)
    with process:
        assert once(lambda: "Application startup complete." in out.read_text("utf-8"))
        port = json.loads(out.read_text("utf-8").splitlines()[0])["port"]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            path = start(http, user)["stream_url"]
            next(events(http, path, user))
            assert http.get("/nothing").status_code == 404
            with socket.create_connection(("127.0.0.1", port)) as raw:
                raw.sendall(b"nonsense\r\n\r\n")
                assert b" 400 " in raw.recv(1000)
        process.terminate()
        assert process.wait(30) == 0
    assert error.read_text("utf-8") == ""
    assert {json.loads(line)["level"] for line in out.read_text("utf-8").splitlines()} <= {"info", "warn", "error"}


@contextlib.contextmanager
def _running(log: Path, environment: dict[str, str], *arguments: str) -> Generator[Serving]:
    """Run a program that serves on loopback as long as the context lasts."""
    command = [sys.executable, *arguments, "--host", "127.0.0.1", "--port", "0"]
    with (
        log.open("wb") as output,
        Child(command, grace=20, stdout=output, stderr=output, cwd=functions.ROOT, env=environment) as child,
    ):
        assert once(lambda: "127.0.0.1" in log.read_text("utf-8")), log.read_text("utf-8")
        assert once(lambda: "Started server process" in log.read_text("utf-8"))
        text = log.read_text("utf-8")
        port, pid = re.findall(r"127\.0\.0\.1\D+(\d+)", text)[0], re.findall(r"process \[(\d+)\]", text)[0]
        yield Serving(f"http://127.0.0.1:{port}", int(pid), child, log)
