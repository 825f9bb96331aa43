"""Serve the built example application of tests/nextjs."""

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
    """Return the application's origin, for CORS_ORIGINS."""
    return f"http://localhost:{port}"


@contextlib.contextmanager
def serving(log: Path, port: int, **environ: str) -> Generator[Child]:
    """Serve the application until the context or its process ends. Raises NotStarted.

    BACKEND_URL is the URL of the functions; STREAM_URL and CHAT_URL override it for streams and chats.
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
