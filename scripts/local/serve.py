"""The command scripts/serve: serve all functions on this machine, for development."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local import arguments, clerk, stack
from scripts.local.functions import ROOT, NotStarted
from scripts.local.postgres import EmbeddedPostgresError

if TYPE_CHECKING:
    from argparse import Namespace

    from scripts.local.functions import Serving

POLL_SECONDS = 0.2
READY = """
Ready at {url} - Ctrl-C stops everything. In another terminal, start a debate and stream it:

  TOKEN=$({root}/scripts/token); curl -sN -H "Authorization: Bearer $TOKEN" \\
    {url}$(curl -s {url}/debate-start -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
    -d '{{"content": {{"type": "text", "title": "Utilities lead", "text": "{text}"}}}}' \\
    | sed 's/.*"stream_url":"\\([^"]*\\)".*/\\1/')

More viewers may join at any time; -H "Last-Event-ID: 12" resumes after event 12.

"""
EXAMPLES = """examples:
  scripts/serve                          on port 8000
  scripts/serve --port 9000 --reload     restart after each change of the code

exit status:
  0  stopped by Ctrl-C or SIGTERM
  1  the functions did not start, or ended by themselves
  2  a wrong argument"""
TEXT = "Utilities lead the market by 3% while lumber lags gold. Credit is calm. The Fed may pause in December."


def _options() -> Namespace:
    description = "Serve all functions on loopback, with an embedded PostgreSQL or that of DATABASE_URL if it is set."
    parser = arguments.parser("serve", description, EXAMPLES)
    parser.add_argument("--port", type=int, default=8_000, help="port of loopback; default: 8000")
    parser.add_argument("--reload", action="store_true", help="restart after each change of a file in lib or functions")
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
                return serving.child.wait(POLL_SECONDS)


def main() -> None:
    """Serve until Ctrl-C or SIGTERM; exit with 1 if the functions do not start, or end by themselves."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    clerk.private_key()
    try:
        with tempfile.TemporaryDirectory() as directory:
            log = Path(directory) / "functions.log"
            with stack.running(log, _say, options.port, reload=options.reload) as serving:
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
