"""Run functions in a process of their own, as production does."""

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
    """The functions did not start; the message holds their last words."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Functions that are listening; `pid` is their process; 0 where it changes with each reload."""

    url: str
    pid: int
    child: Child
    log: Path


def environ(database_url: str) -> dict[str, str]:
    """Return what the functions need on this machine: its own Clerk, and the offline model where none is named."""
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
    """Serve the functions named, or all, on loopback as long as the context and this process last. Raises NotStarted.

    With `reload`, which needs a port, they start again whenever a file of theirs changes.
    """
    where = ("--host", "127.0.0.1", "--port", str(port))
    arguments = ("-m", *(RELOADING if reload else ("functions", *names)), *where)
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
    """Run a program of Python that serves functions, as `serving` does. Raises NotStarted."""
    command = [python, *arguments]
    with (
        log.open("wb") as output,
        Child(command, grace=DRAIN_SECONDS, stdout=output, stderr=output, cwd=ROOT, env=environment) as child,
    ):
        begun = started(child, log)
        yield Serving(f"http://127.0.0.1:{begun.get('port', port)}", begun.get("pid", 0), child, log)


def started(child: Child, log: Path) -> dict[str, int]:
    """Wait until the functions have started, and return what they say of themselves."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        for line in log.read_text("utf-8").splitlines():
            if STARTED.search(line):
                return json.loads(line)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.02)
    raise NotStarted("\n".join(log.read_text("utf-8").splitlines()[-20:]) or "the functions did not start in time")
