"""Start a server for a measurement, and wait until it answers."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.local.bench import raw_http
from scripts.local.bench.figure import Unmeasured

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from scripts.local.child import Child

STARTED = "Application startup complete."
PID = re.compile(r"Started server process \[(\d+)\]")
POLL_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers on a port of loopback."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Launch:
    """A server that was started and may not listen yet."""

    port: int
    child: Child
    log: Path

    def connect(self) -> socket.socket:
        """Return a connection as soon as the server accepts one. Raises Unmeasured if it ends before."""
        while self._waiting():
            with contextlib.suppress(ConnectionRefusedError):
                return raw_http.connect(self.port)
        raise self._failure()

    def started(self) -> Server:
        """Wait until it has started. Raises Unmeasured if it ends before."""
        self.connect().close()  # uvicorn logs its start before it listens, the functions listen before they log it
        while STARTED not in self.log.read_text("utf-8"):
            if not self._waiting():
                raise self._failure()
        return Server(self.port, self.pid)

    @property
    def pid(self) -> int:
        """The process id, which the log has soon after the server accepts connections. Raises Unmeasured."""
        while not (found := PID.search(self.log.read_text("utf-8"))):
            if not self._waiting():
                raise self._failure()
        return int(found[1])

    def _waiting(self) -> bool:
        time.sleep(POLL_SECONDS)
        return self.child.poll() is None

    def _failure(self) -> Unmeasured:
        return Unmeasured("\n".join(["a server did not start:", *self.log.read_text("utf-8").splitlines()[-20:]]))
