"""Run functions in a child process, as production does."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local import clerk
from scripts.local.child import Child

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60
DRAIN_SECONDS = 20
STARTED = re.compile(r'"listening"|"Application startup complete\."')
RELOADING = ("uvicorn", "--factory", "lib.router:app", "--reload", "--reload-dir", "lib", "--reload-dir", "functions")


class NotStarted(Exception):
    """A process did not start; the message has the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A process whose functions listen; `pid` is 0 if it changes with each reload."""

    url: str
    pid: int
    child: Child
    log: Path


def environ(database_url: str) -> dict[str, str]:
    """Return the environment of functions on this machine: its own Clerk key, and the offline model by default."""
    local = {
        "DATABASE_URL": database_url,
        "CLERK_JWT_KEY": clerk.public_key(),
        "CLERK_ISSUER": clerk.ISSUER,
        "CLERK_AUTHORIZED_PARTIES": clerk.PARTY,
        "CORS_ORIGINS": clerk.PARTY,
        "FUNCTIONS": "",
    }
    return {"DEBATE_MODEL": "offline"} | os.environ | local


def migrate(environment: Mapping[str, str]) -> None:
    """Bring the schema up to date. Raises NotStarted."""
    done = subprocess.run(
        [sys.executable, "-m", "lib.migrations"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise NotStarted(done.stderr.strip())


@contextlib.contextmanager
def serving(
    environment: Mapping[str, str],
    log: Path,
    *names: str,
    port: int = 0,
    reload: bool = False,
    python: str | Path = sys.executable,
) -> Generator[Serving]:
    """Serve the named functions, or all, on loopback until the context or its process ends. Raises NotStarted.

    With `reload`, which needs a port, they restart after each change of a file in lib or functions.
    """
    listen = ("--host", "127.0.0.1", "--port", str(port))
    arguments = ("-m", *(RELOADING if reload else ("functions", *names)), *listen)
    with running(arguments, environment, log, port=port, python=python) as serving:
        yield serving


@contextlib.contextmanager
def running(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    port: int = 0,
    python: str | Path = sys.executable,
) -> Generator[Serving]:
    """Run a Python program that serves functions, as `serving` does. Raises NotStarted."""
    command = [python, *arguments]
    with (
        log.open("wb") as output,
        Child(command, grace=DRAIN_SECONDS, stdout=output, stderr=output, cwd=ROOT, env=environment) as child,
    ):
        start = started(child, log)
        yield Serving(f"http://127.0.0.1:{start.get('port', port)}", start.get("pid", 0), child, log)


def started(child: Child, log: Path) -> dict[str, int]:
    """Wait for the log record of the start, and return it. Raises NotStarted."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        for line in log.read_text("utf-8").splitlines():
            if STARTED.search(line):
                return json.loads(line)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.02)
    raise NotStarted("\n".join(log.read_text("utf-8").splitlines()[-20:]) or "the functions did not start in time")
