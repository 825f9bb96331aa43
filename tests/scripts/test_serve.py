from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.processes import once

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("reload", [[], ["--reload"]])
def test_the_curl_that_it_prints_streams_a_debate(tmp_path: Path, reload: list[str]) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [ROOT / "scripts" / "serve", "--port", str(_free_port()), *reload],
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
        script = printed.partition("streams it:")[2].partition("A second viewer")[0]
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


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _refused(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.ConnectError:
        return True
    return False


def test_a_token_that_is_minted_is_good_for_it() -> None:
    minted = subprocess.run([ROOT / "scripts" / "token", "--seconds", "5"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", minted.stdout)
