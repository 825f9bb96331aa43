from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from scripts.local import clerk
from scripts.local.loopback import free_port
from tests.support.processes import once

ROOT = Path(__file__).parent.parent.parent


def test_the_dashboards_client_is_served_as_it_is(tmp_path: Path) -> None:
    port = free_port()
    with subprocess.Popen(
        [ROOT / "scripts" / "serve", "--port", str(port)],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as serve:
        assert serve.stdout is not None
        assert any(line.startswith("Ready at") for line in serve.stdout)
        known = {"BACKEND_URL": f"http://localhost:{port}", "TOKEN": clerk.token("user_dashboard")}
        client = [ROOT / ".venv" / "bin" / "node", ROOT / "tests" / "clients" / "backend_api_client.mjs"]
        done = subprocess.run(client, env=os.environ | known, capture_output=True, text=True, check=False, timeout=60)
        os.killpg(serve.pid, signal.SIGINT)
        serve.communicate(timeout=60)
    assert done.returncode == 0, done.stderr
    health, caller = json.loads(done.stdout)
    assert (health["status"], caller["user_id"]) == ("ok", "user_dashboard")


@pytest.mark.parametrize("reload", [[], ["--reload"]])
def test_the_curl_that_it_prints_streams_a_debate(tmp_path: Path, reload: list[str]) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [ROOT / "scripts" / "serve", "--port", str(free_port()), *reload],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    ) as serve:
        assert serve.stdout is not None
        printed = ""
        while "Last-Event-ID" not in printed:
            line = serve.stdout.readline()
            assert line, serve.communicate()
            printed += line
        script = printed.partition("stream it:")[2].partition("More viewers")[0]
        done = subprocess.run(
            ["/bin/sh", "-c", script], capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
        )
        os.killpg(serve.pid, signal.SIGINT)
        serve.communicate(timeout=60)
    assert "event: debate.completed" in done.stdout, done.stdout + done.stderr
    assert serve.returncode == 0
    url = re.search(r"http://127\.0\.0\.1:\d+", printed)
    assert url is not None
    assert once(lambda: _refused(url[0]))
    assert once(lambda: list(tmp_path.iterdir()) == [])


def _refused(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.ConnectError:
        return True
    return False


def test_a_token_that_is_minted_is_good_for_it() -> None:
    printed = subprocess.run([ROOT / "scripts" / "token", "--seconds", "5"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", printed.stdout)
