"""Read many streams at once, in a child process: python -m scripts.local.bench.viewers.

The first line of the child's standard input is JSON: the port and the requests. It answers each further line with a
Received as JSON: what has come since the line before.
"""

from __future__ import annotations

import json
import re
import selectors
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from scripts.local.bench import raw_http
from scripts.local.bench.figure import Unmeasured
from scripts.local.functions import ROOT

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from types import TracebackType

STAMP = re.compile(rb"@(\d{20})@")
PART = 21
"""Bytes of an incomplete stamp: one less than a whole one."""


def stamp() -> str:
    """Return the time as text, by CLOCK_MONOTONIC, which all processes of a machine share."""
    return f"@{time.monotonic_ns():020}@"


@dataclass(slots=True)
class Received:
    """What all viewers have received: the number of stamps, the age of each in milliseconds, and streams ended."""

    stamps: int = 0
    ages: list[float] = field(default_factory=list[float])
    ended: int = 0


class Viewers:
    """Viewers in a child process, one connection for each request. Raises Unmeasured if a request is refused."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        """Bytes of a request that follow its head are sent after the head was answered."""
        self._requests = {"port": port, "requests": [request.decode(raw_http.BYTES) for request in requests]}

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "scripts.local.bench.viewers"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._ask(json.dumps(self._requests))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def received(self) -> Received:
        """Return what has come since the last call."""
        return Received(**self._ask(""))

    def _ask(self, line: str) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the viewers' process has no pipes")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        if not (answer := self._process.stdout.readline()):
            raise Unmeasured(self._process.communicate()[1].strip().rpartition("\n")[2])
        return json.loads(answer)


class _Connections:
    """The connections of all viewers, in the child process."""

    def __init__(self, port: int, requests: Sequence[str]) -> None:
        self._received = Received()
        self._rests: dict[socket.socket, bytes] = {}
        self._newest: dict[socket.socket, int] = {}
        self._selector = selectors.DefaultSelector()
        for request in requests:
            connection = raw_http.connect(port)
            self._newest[connection] = time.monotonic_ns()  # older stamps are replayed, not late
            self._rests[connection] = _open(connection, request.encode(raw_http.BYTES))
            connection.settimeout(0)
            self._selector.register(connection, selectors.EVENT_READ, connection)

    def listen(self) -> None:
        """Read all connections until standard input ends; answer each of its lines."""
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        _print(Received())
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not sys.stdin:
                    self._read(key.data)
                elif sys.stdin.readline():
                    _print(self._received)
                    self._received = Received()
                else:
                    return

    def _read(self, connection: socket.socket) -> None:
        if not (more := connection.recv(raw_http.BUFFER_BYTES)):
            self._selector.unregister(connection)
            self._received.ended += 1
            return
        now = time.monotonic_ns()
        seen = self._rests[connection] + more
        self._rests[connection] = seen[-PART:]
        newest = self._newest[connection]  # turn.completed repeats the stamps of its deltas
        stamps = [written for written in map(int, STAMP.findall(seen)) if written > newest]
        self._newest[connection] = max([newest, *stamps])
        self._received.stamps += len(stamps)
        self._received.ages += [(now - written) / 1e6 for written in stamps]


def _open(connection: socket.socket, request: bytes) -> bytes:
    """Send a request's head, await that of the answer, send the rest; return the bytes after the answer's head."""
    head, end, rest = request.partition(raw_http.HEAD_END)
    connection.sendall(head + end)
    received = raw_http.await_head(connection)[1]
    if rest:
        connection.sendall(rest)
        received += connection.recv(raw_http.BUFFER_BYTES)
    return received


def _print(received: Received) -> None:
    sys.stdout.write(json.dumps(asdict(received)) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run the child process."""
    try:
        _Connections(**json.loads(sys.stdin.readline())).listen()
    except Unmeasured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
