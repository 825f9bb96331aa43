"""Serve the example application with PostgreSQL and all functions, for scripts/demo --web."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Never

from scripts.local import build_web, next_server, stack
from scripts.local.functions import NotStarted
from scripts.local.loopback import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

READY = "\nThe application is at {url} - Ctrl-C stops everything.\n\n"


def show(say: Callable[[str], None]) -> Never:
    """Serve the application until Ctrl-C. Raises NotStarted if it does not start, or ends by itself."""
    say("building the application, if it has changed")
    build_web.build()
    port = free_port()
    url = next_server.origin(port)
    with (
        tempfile.TemporaryDirectory() as directory,
        stack.running(Path(directory) / "functions.log", say, settings={"CORS_ORIGINS": url}) as serving,
        next_server.serving(Path(directory) / "application.log", port, BACKEND_URL=serving.url) as application,
    ):
        sys.stdout.write(READY.format(url=url))
        sys.stdout.flush()
        _open_browser(url)
        raise NotStarted(f"the application ended with status {application.wait()}")


def _open_browser(url: str) -> None:
    """Open a browser if there is a display; a text browser would take over the terminal."""
    if sys.platform == "darwin" or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}:
        webbrowser.open(url)
