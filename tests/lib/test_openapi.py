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
from lib.openapi.schemas import EXAMPLES, model
from scripts.local import clerk, functions
from tests.stream import bearer, request, start, whole

if TYPE_CHECKING:
    from scripts.local.functions import Serving

Json = dict[str, Any]
SERVED = ("openapi", "docs")

CONFIG = """
[auth.openapi.session]
bearer = "${{SESSION}}"

[parameters]
"path.debate_id" = "{watched}"
"query.cursor" = "{next_cursor}"

[[operations]]
include-operation-id = "debate-cancel"
parameters = {{ "path.debate_id" = "{cancelled}" }}

[[operations]]
include-operation-id = "debate-delete"
parameters = {{ "path.debate_id" = "{deleted}" }}
"""
"""What no schema can say: which debates there are, and that their streams end."""


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


def test_who_needs_a_session_says_so(document: Json) -> None:
    for function in manifest.read().values():
        if function.path:
            operation = document["paths"][function.path][(function.method or "").lower()]
            assert operation["security"] == ([{"session": []}] if function.auth == "session" else [])
            assert ("401" in operation["responses"]) == (function.auth == "session")


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_examples_are_what_they_show(name: str) -> None:
    TypeAdapter(model(name)).validate_json(json.dumps(EXAMPLES[name]))


@pytest.mark.parametrize("name", SERVED)
def test_is_served_by_every_process_and_sent_once(log: Path, name: str) -> None:
    path = manifest.read()[name].path
    with functions.serving({}, log, "health") as alone:
        first = httpx.get(f"{alone.url}{path}")
        again = httpx.get(f"{alone.url}{path}", headers={"If-None-Match": first.headers["etag"]})
        other = httpx.get(f"{alone.url}{path}", headers={"If-None-Match": '"another"'})
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert (again.content, other.content) == (b"", first.content)


def test_the_page_needs_no_other_host_and_runs_nothing(serving: Serving) -> None:
    page = httpx.get(f"{serving.url}/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "<script" not in page.text
    assert "://" not in page.text.replace("https://clerk.example.com", "").replace("^https?://", "")
    for function in manifest.read().values():
        assert not function.path or f'id="{function.name}"' in page.text


def test_the_functions_hold_to_it_whatever_they_are_asked(
    http: httpx.Client, serving: Serving, user: str, tmp_path: Path
) -> None:
    watched, deleted, live = (start(http, user, request(rounds=rounds)) for rounds in (1, 1, 5))
    assert http.post(f"/debate-cancel/{live['id']}", headers=bearer(user)).status_code == 202
    for debate in (watched, deleted):
        whole(http, debate["stream_url"], user)
    listed = http.get("/debate-list?limit=1", headers=bearer(user)).json()
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(**listed, watched=watched["id"], deleted=deleted["id"], cancelled=live["id"]))
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run"]
    options = ["--checks", "all", "--mode", "all", "--seed", "1", "--max-examples", "30", "--no-color"]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.lib.schemathesis_hooks", "PYTHONPATH": str(functions.ROOT)}
    done = subprocess.run(
        [*command, *options, f"{serving.url}/openapi.json"],
        env=hooks | {"SESSION": clerk.token(user, seconds=3_600)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
