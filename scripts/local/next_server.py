"""Serve the built example application of tests/nextjs, as it would run anywhere."""

from __future__ import annotations

import contextlib
import subprocess
import time
from typing import TYPE_CHECKING

from scripts.local import clerk
from scripts.local.build_web import APPLICATION, ENVIRON, NODE
from scripts.local.child import Child
from scripts.local.functions import NotStarted

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

START_SECONDS = 60


def origin(port: int) -> str:
    """Return what CORS_ORIGINS has to name."""
    return f"http://localhost:{port}"


@contextlib.contextmanager
def serving(log: Path, port: int, **environ: str) -> Generator[Child]:
    """Serve the built application as long as the context and this process last. Raises NotStarted.

    BACKEND_URL says where the functions are; STREAM_URL and CHAT_URL, where those two are apart.
    """
    clerk.private_key()
    environment = ENVIRON | {"SESSION_KEY": clerk.KEY_FILE.read_text("utf-8")} | environ
    command = [NODE, "node_modules/next/dist/bin/next", "start", "--hostname", "localhost", "--port", str(port)]
    with (
        log.open("wb") as output,
        Child(command, stdout=output, stderr=output, cwd=APPLICATION, env=environment) as child,
    ):
        _await_start(child, log)
        yield child


def _await_start(child: Child, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        if "Ready in" in log.read_text("utf-8"):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.05)
    raise NotStarted(log.read_text("utf-8")[-2_000:] or "the application did not start in time")
