from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from lib import manifest
from scripts.local import clerk, functions
from scripts.remote.smoke.declared import FORGED
from tests.support.railway_edge import Answer, RailwayEdge, railway_edge

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from scripts.local.functions import Serving

SMOKE = functions.ROOT / "scripts" / "smoke"
SESSIONS = [name for name, function in manifest.read().items() if function.auth == "session"]
NONSENSE = Answer(200, b'{"ok":true}', "application/json")
Check = dict[str, Any]


def smoke(*arguments: str, user: str | None = None) -> tuple[int, list[Check]]:
    """Return the exit status and the checks, whose sum must agree with both."""
    environment = os.environ | ({"SMOKE_TOKEN": clerk.token(user)} if user else {})
    command = [SMOKE, *arguments, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    *checks, total = map(json.loads, done.stdout.splitlines())
    assert "Traceback" not in done.stderr
    assert total == {"passed": sum(check["ok"] for check in checks), "failed": sum(not check["ok"] for check in checks)}
    assert done.returncode == (total["failed"] > 0)
    return done.returncode, checks


def reaches(name: str, path: str) -> bool:
    """Say whether a request for this path is one for the function."""
    route = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(manifest.read()[name].path or ""))
    return re.fullmatch(route, path.partition("?")[0]) is not None


def failed(checks: list[Check]) -> set[str]:
    return {check["function"] for check in checks if not check["ok"]}


@pytest.fixture(scope="module")
def before(serving: Serving) -> Generator[RailwayEdge]:
    """Put a RailwayEdge before the process that serves all functions; each test sets its `interfere`."""
    with railway_edge(serving.url) as proxy:
        yield proxy


def test_a_bundle_that_is_well(serving: Serving, user: str) -> None:
    status, checks = smoke(serving.url, "--version", "dev", user=user)
    assert (status, failed(checks)) == (0, set())
    assert {check["function"] for check in checks} == manifest.read().keys()
    held = {"starts a debate", "takes a remark", "has it heard, once", "holds it to its verdict", "lists it"}
    assert held | {"resumes it after any event", "cancels a debate"} <= {check["check"] for check in checks}


def test_without_a_token_only_what_needs_none(serving: Serving) -> None:
    status, checks = smoke(serving.url)
    assert status == 0
    assert {check["function"] for check in checks if check["check"].startswith("refuses")} == set(SESSIONS)
    assert "starts a debate" not in {check["check"] for check in checks}


def test_processes_apart(own_database: dict[str, str], tmp_path: Path, user: str) -> None:
    with contextlib.ExitStack() as stack:
        apart = {
            name: stack.enter_context(functions.serving(own_database, tmp_path / f"{name}.log", name)).url
            for name in manifest.read()
        }
        status, checks = smoke("--functions", *(f"{name}={url}" for name, url in apart.items()), user=user)
    assert (status, failed(checks)) == (0, set())
    assert sum(check["function"] == "health" for check in checks) == len(apart) + 1


@pytest.mark.parametrize("name", SESSIONS)
def test_a_function_that_lets_anybody_in_is_named(before: RailwayEdge, name: str) -> None:
    before.interfere = lambda _method, path, headers: (
        Answer(200, b"{}", "application/json") if reaches(name, path) and "Authorization" not in headers else None
    )
    status, checks = smoke(before.url)
    assert (status, failed(checks)) == (1, {name})


@pytest.mark.parametrize(
    ("name", "broken"),
    [*[(name, NONSENSE) for name in [*SESSIONS, *manifest.ALWAYS_SERVED]], ("debate-list", Answer(500))],
)
def test_a_function_that_answers_otherwise_than_declared_is_named(
    before: RailwayEdge, user: str, name: str, broken: Answer
) -> None:
    public = manifest.read()[name].auth == "none"
    before.interfere = lambda _method, path, headers: (
        broken if reaches(name, path) and (public or headers["Authorization"] not in {None, FORGED}) else None
    )
    status, checks = smoke(before.url, "--patience", "1", user=user)
    assert (status, failed(checks)) == (1, {name})


def test_a_worker_that_is_missing_is_named(own_database: dict[str, str], log: Path, user: str) -> None:
    others = [name for name in manifest.read() if name != "debate-run"]
    with functions.serving(own_database, log, *others) as serving:
        status, checks = smoke(serving.url, "--seconds", "1", user=user)
    assert (status, failed(checks)) == (1, {"debate-run"})
    assert "its last event within 1 s was 1, debate.queued" in {check["fault"] for check in checks}


def test_a_resource_that_is_down_is_told(environment: dict[str, str], log: Path) -> None:
    away = environment | {"DATABASE_URL": "postgresql://127.0.0.1:1/away"}
    with functions.serving(away, log, "debate-list") as serving:
        status, checks = smoke("--functions", f"debate-list={serving.url}", "--patience", "1")
    assert (status, failed(checks)) == (1, {"health"})
    assert checks[0]["fault"].startswith("503, postgres: ")


def test_waits_for_a_service_that_sleeps(before: RailwayEdge) -> None:
    before.sleep(5)
    status, checks = smoke(before.url)
    assert (status, failed(checks)) == (0, set())


def test_waits_no_longer_than_it_was_told(before: RailwayEdge) -> None:
    before.sleep(60)
    status, checks = smoke(before.url, "--patience", "1")
    assert status == 1
    assert checks[0]["fault"] == "502, which is not the health of these functions"


def test_nobody_there() -> None:
    status, checks = smoke("http://127.0.0.1:9", "--patience", "0.1")
    assert status == 1
    assert checks[0]["fault"].startswith("ConnectError: ")


def test_another_version_is_told(serving: Serving) -> None:
    status, checks = smoke(serving.url, "--version", "0f1e2d")
    assert (status, failed(checks)) == (1, {"health"})
    assert checks[0]["fault"] == "it is version 'dev', not '0f1e2d'"


def test_people_read_a_line_a_check_and_a_sum(serving: Serving) -> None:
    token = f"printf %s '{clerk.token()}'"
    command = [SMOKE, "--functions", f"auth-check={serving.url}/", "--token-command", token]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    *lines, total = done.stdout.splitlines()
    assert (done.returncode, total) == (0, "4 passed, 0 failed")
    assert [line.split("  ")[0] for line in lines] == ["ok"] * 4
    assert "auth-check     answers a session (" in lines[-1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "name either BASE_URL or --functions"),
        (("http://127.0.0.1:1", "--functions", "health=http://127.0.0.1:1"), "name either BASE_URL or --functions"),
        (("--functions", "nothing=http://127.0.0.1:1"), "there is no function 'nothing'; there are health, "),
        (("127.0.0.1:8000",), "'127.0.0.1:8000' is not an address like https://"),
        (("--functions", "health"), "'' is not an address like https://"),
    ],
)
def test_a_mistake_in_the_call(arguments: tuple[str, ...], complaint: str) -> None:
    done = subprocess.run([SMOKE, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
