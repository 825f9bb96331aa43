from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest

from scripts.local.functions import ROOT


@pytest.mark.parametrize(
    ("module", "arguments", "message"),
    [
        ("scripts.remote.smoke", ("{url}",), "scripts/smoke: interrupted; a debate that it has started goes on"),
        (
            "scripts.remote.deploy",
            ("--api", "{url}", "--repo", "a/b", "--commit", "0" * 40),
            "scripts/deploy: interrupted",
        ),
    ],
)
def test_ctrl_c_ends_in_a_line_and_the_status_of_shells(module: str, arguments: tuple[str, ...], message: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        command = [sys.executable, "-m", module, *(argument.format(url=url) for argument in arguments)]
        environment = {"RAILWAY_TOKEN": "t", "PYTHONPATH": str(ROOT)}
        with (
            subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process,
            server.accept()[0],  # and never answered
        ):
            process.send_signal(signal.SIGINT)
            _, error = process.communicate(timeout=30)
    assert (process.returncode, error.splitlines()[-1].startswith(message)) == (130, True), error
    assert "Traceback" not in error
