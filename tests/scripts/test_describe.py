from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from openapi_spec_validator import validate
from pydantic import TypeAdapter

from lib import manifest
from lib.contract.events import ENVELOPED
from lib.contract.failures import FAILURES
from scripts.local import functions
from scripts.local.describe.schemas import EXAMPLES, model
from tests.support.stream import bearer, start, whole

if TYPE_CHECKING:
    from scripts.local.functions import Serving

Json = dict[str, Any]
DOCUMENT = functions.ROOT / "lib" / "web" / "description" / "openapi.json"

CONFIG = """
[warnings]
fail-on = true

[auth.wfc]
path = "{sessions}"
user = "owner"
peers = ["owner", "stranger"]

[parameters]
"query.cursor" = "{next_cursor}"

[[operations]]
include-operation-id = "debate-chat"
checks.negative_data_rejection.expected-statuses = [400, 401, 413, 415, 422]
max-stream-events = 1

[[operations]]
include-operation-id = "debate-chat-stream"
max-stream-events = 1

[[operations]]
include-operation-id = "debate-stream"
parameters = {{ "path.debate_id" = "{watched}" }}
"""
"""Who asks, and what no schema can say: what a cursor is, that a stream ends or how far it goes without
a worker, and that too many messages are too large a body."""


@pytest.fixture(scope="module")
def document(serving: Serving) -> Json:
    return httpx.get(f"{serving.url}/openapi.json").json()


def test_is_valid_and_has_every_function(document: Json) -> None:
    validate(document)
    found = {
        (operation["operationId"], method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert found == {(one.name, one.method, one.path) for one in manifest.read().values() if one.path}


def test_every_event_is_told_from_the_others_by_a_constant_that_is_always_there(document: Json) -> None:
    schemas = document["components"]["schemas"]
    names = [one["$ref"].rpartition("/")[2] for one in schemas["DebateEvent"]["oneOf"]]
    assert {schemas[name]["properties"]["type"]["const"] for name in names} == set(ENVELOPED)
    for name in names:
        assert {"type", "seq", "debate_id", "at"} <= set(schemas[name]["required"])


def test_a_page_and_a_program_can_read_why_a_debate_failed(serving: Serving, document: Json) -> None:
    page = httpx.get(f"{serving.url}/docs").text
    known = {one["const"] for one in document["components"]["schemas"]["EventProblem"]["properties"]["type"]["oneOf"]}
    assert known == {failure.type() for failure in FAILURES}
    assert all(f"<code>{failure.type()}</code>" in page for failure in FAILURES)


def test_who_needs_a_session_says_so(document: Json) -> None:
    for function in manifest.read().values():
        if function.path:
            operation = document["paths"][function.path][(function.method or "").lower()]
            assert operation["security"] == ([{"session": []}] if function.auth == "session" else [])
            assert ("401" in operation["responses"]) == (function.auth == "session")


@pytest.mark.parametrize("name", sorted({*manifest.MODELS, *EXAMPLES}))
def test_its_examples_are_what_they_show(name: str) -> None:
    TypeAdapter(model(name)).validate_json(json.dumps(EXAMPLES[name]))


def _sessions(**users: str) -> str:
    """Return a document of Web Fuzzing Commons that says who may ask."""
    headers = {
        name: [{"name": header, "value": value} for header, value in bearer(user, seconds=3_600).items()]
        for name, user in users.items()
    }
    return json.dumps({"auth": [{"name": name, "fixedHeaders": fixed} for name, fixed in headers.items()]})


def test_the_functions_hold_to_it_whatever_they_are_asked(
    own_database: dict[str, str], log: Path, user: str, tmp_path: Path
) -> None:
    config, sessions = tmp_path / "schemathesis.toml", tmp_path / "sessions.json"
    sessions.write_text(_sessions(owner=user, stranger=f"{user}0"), "utf-8")
    with functions.serving(own_database, log) as serving, httpx.Client(base_url=serving.url) as http:
        watched, _ = start(http, user), start(http, user)
        whole(http, watched["stream_url"], user)
        listed = http.get("/debate-list?limit=1", headers=bearer(user)).json()
    config.write_text(CONFIG.format(**listed, watched=watched["id"], sessions=sessions), "utf-8")
    routed = [function.name for function in manifest.read().values() if function.path]
    with functions.serving(own_database, log, *routed) as serving:  # no worker, so that what is read twice is the same
        command = [Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run"]
        options = ["--checks", "all", "--mode", "all", "--seed", "1", "--max-examples", "30", "--no-color"]
        done = subprocess.run(
            [*command, *options, "--url", serving.url, DOCUMENT],  # what comes from a URL is not asked for again
            env={"SCHEMATHESIS_HOOKS": "tests.support.schemathesis_hooks", "PYTHONPATH": str(functions.ROOT)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    sessions.unlink()
    assert done.returncode == 0, done.stdout + done.stderr
