"""Serve all functions on this machine, for development: scripts/serve [--port 8000] [--reload]."""

from __future__ import annotations

import argparse
import contextlib
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local import clerk, stack
from scripts.local.functions import ROOT, NotStarted
from scripts.local.postgres import EmbeddedPostgresError

if TYPE_CHECKING:
    from scripts.local.functions import Serving

LOOK_SECONDS = 0.2
READY = """
Ready at {url} - Ctrl-C stops everything. In another terminal, this starts a debate and streams it:

  TOKEN=$({root}/scripts/token); curl -sN -H "Authorization: Bearer $TOKEN" \\
    {url}$(curl -s {url}/debate-start -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
    -d '{{"content": {{"type": "text", "title": "Utilities lead", "text": "{text}"}}}}' \\
    | sed 's/.*"stream_url":"\\([^"]*\\)".*/\\1/')

A second viewer may join at any time; -H "Last-Event-ID: 12" goes on after event 12.

"""
TEXT = "Utilities lead the market by 3% while lumber lags gold. Credit is calm. The Fed may pause in December."


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/serve",
        description="Serve all functions on loopback, on an embedded PostgreSQL or on DATABASE_URL where it is set.",
        epilog="example:\n  scripts/serve --port 8000 --reload",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8_000, help="by default 8000")
    parser.add_argument("--reload", action="store_true", help="start again whenever a file of lib or functions changes")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(f"... {text}\n")


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _show_log(serving: Serving) -> int:
    """Copy the functions' log to standard output until they end, and return their status."""
    with serving.log.open("rb") as lines:
        while True:
            sys.stdout.buffer.write(lines.read())
            sys.stdout.buffer.flush()
            with contextlib.suppress(subprocess.TimeoutExpired):
                return serving.child.wait(LOOK_SECONDS)


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, _interrupt)
    clerk.private_key()
    try:
        with tempfile.TemporaryDirectory() as directory:
            log = Path(directory) / "functions.log"
            with stack.running(log, _say, arguments.port, reload=arguments.reload) as serving:
                sys.stdout.write(READY.format(url=serving.url, root=ROOT, text=TEXT))
                sys.stdout.flush()
                status = _show_log(serving)
        sys.exit(f"scripts/serve: the functions ended with status {status}")
    except (NotStarted, EmbeddedPostgresError) as error:
        sys.exit(f"scripts/serve: {error}")
    except KeyboardInterrupt:
        _say("stopped")


if __name__ == "__main__":
    main()
