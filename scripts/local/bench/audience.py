"""Read many streams at once, from a process of its own: python -m scripts.local.bench.audience.

The first line of standard input says what to open, as JSON. Each further one asks for what has come since the last.
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

from scripts.local.bench import wire
from scripts.local.bench.figure import Unmeasured
from scripts.local.functions import ROOT

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from types import TracebackType

MARK = re.compile(rb"@(\d{20})@")
PART = 21
"""What of a mark may have come already: a byte less than all of it."""


def mark() -> str:
    """Return what a text holds to say when it was written, by a clock that all processes of a machine share."""
    return f"@{time.monotonic_ns():020}@"


@dataclass(slots=True)
class Heard:
    """What a whole audience has got: marks, how old each was in milliseconds, and streams that have ended."""

    marks: int = 0
    ages: list[float] = field(default_factory=list[float])
    ended: int = 0


class Audience:
    """Viewers of streams, each by a request of its own. Raises Unmeasured where one is refused."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        """Open a connection for each request when entered; say what follows its head once it is answered."""
        self._order = {"port": port, "requests": [request.decode(wire.BYTES) for request in requests]}

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "scripts.local.bench.audience"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._ask(json.dumps(self._order))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def heard(self) -> Heard:
        """Return what has come since this was asked last."""
        return Heard(**self._ask(""))

    def _ask(self, line: str) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("an audience was started without pipes")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        if not (answer := self._process.stdout.readline()):
            raise Unmeasured(self._process.communicate()[1].strip().rpartition("\n")[2])
        return json.loads(answer)


class _Hall:
    """The connections of an audience."""

    def __init__(self, port: int, requests: Sequence[str]) -> None:
        """Open them, and wait until each is answered."""
        self._heard = Heard()
        self._rests: dict[socket.socket, bytes] = {}
        self._newest: dict[socket.socket, int] = {}
        self._selector = selectors.DefaultSelector()
        for request in requests:
            connection = wire.connect(port)
            self._newest[connection] = time.monotonic_ns()  # what is older is replayed, not late
            self._rests[connection] = _opened(connection, request.encode(wire.BYTES))
            connection.settimeout(0)
            self._selector.register(connection, selectors.EVENT_READ)

    def listen(self) -> None:
        """Read until standard input ends; answer each of its lines."""
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        _say(Heard())
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not sys.stdin:
                    self._read(key.fileobj)  # pyright: ignore[reportArgumentType]
                elif sys.stdin.readline():
                    _say(self._heard)
                    self._heard = Heard()
                else:
                    return

    def _read(self, connection: socket.socket) -> None:
        if not (more := connection.recv(wire.BUFFER_BYTES)):
            self._selector.unregister(connection)
            self._heard.ended += 1
            return
        now = time.monotonic_ns()
        seen = self._rests[connection] + more
        self._rests[connection] = seen[-PART:]
        newest = self._newest[connection]  # a turn's end says again what its deltas said
        marks = [written for written in map(int, MARK.findall(seen)) if written > newest]
        self._newest[connection] = max([newest, *marks])
        self._heard.marks += len(marks)
        self._heard.ages += [(now - written) / 1e6 for written in marks]


def _opened(connection: socket.socket, request: bytes) -> bytes:
    """Send a request, and once it is answered what follows its head; return what has come by then."""
    head, end, more = request.partition(wire.HEAD_END)
    connection.sendall(head + end)
    come = wire.await_head(connection)[1]
    if more:
        connection.sendall(more)
        come += connection.recv(wire.BUFFER_BYTES)
    return come


def _say(heard: Heard) -> None:
    sys.stdout.write(json.dumps(asdict(heard)) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Be an audience."""
    try:
        _Hall(**json.loads(sys.stdin.readline())).listen()
    except Unmeasured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
