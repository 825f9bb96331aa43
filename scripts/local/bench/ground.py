"""Give the rows what they are measured on: processes, and a database where one is needed."""

from __future__ import annotations

import contextlib
import itertools
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scripts.local import functions
from scripts.local.bench import wire
from scripts.local.bench.figure import Unmeasured
from scripts.local.child import Child
from scripts.local.loopback import free_port
from scripts.local.postgres import EmbeddedPostgres, server

if TYPE_CHECKING:
    import socket
    from collections.abc import Generator, Mapping, Sequence
    from types import TracebackType

STARTED = "Application startup complete."
PID = re.compile(r"Started server process \[(\d+)\]")
LOOK_SECONDS = 0.002
PLENTY = dict.fromkeys(
    ("DEBATE_MAX_LIVE", "DEBATE_STARTS_PER_MINUTE", "DEBATE_STARTS_PER_DAY", "STREAMS_PER_USER"), "1000000"
)
"""One user does what all rows do."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers on a port of loopback."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Launch:
    """A server on its way."""

    port: int
    child: Child
    log: Path

    def connect(self) -> socket.socket:
        """Return the first connection that it takes. Raises Unmeasured."""
        while self._waiting():
            with contextlib.suppress(ConnectionRefusedError):
                return wire.connect(self.port)
        raise self._failure()

    def started(self) -> Server:
        """Return it when it has started. Raises Unmeasured."""
        self.connect().close()  # uvicorn says that it has started before it listens, the functions listen before it
        while STARTED not in self.log.read_text("utf-8"):
            if not self._waiting():
                raise self._failure()
        return Server(self.port, self.pid)

    @property
    def pid(self) -> int:
        """The process, which a server that was connected to has told. Raises Unmeasured."""
        if found := PID.search(self.log.read_text("utf-8")):
            return int(found[1])
        raise self._failure()

    def _waiting(self) -> bool:
        time.sleep(LOOK_SECONDS)
        return self.child.poll() is None

    def _failure(self) -> Unmeasured:
        return Unmeasured("\n".join(["a server did not start:", *self.log.read_text("utf-8").splitlines()[-20:]]))


class Ground:
    """What the rows of one run share; `count` scales how much each does."""

    def __init__(self, rounds: int, part: float) -> None:
        """Measure in this many rounds, each with this part of the full counts."""
        self.rounds, self._part = rounds, part
        self._stack = contextlib.ExitStack()
        self._number = itertools.count(1)

    def __enter__(self) -> Self:
        self._directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def count(self, full: int) -> int:
        """Return how many of something a round does."""
        return max(1, round(full * self._part))

    @cached_property
    def postgres(self) -> EmbeddedPostgres:
        """The database server, with the schema, started by the first row that needs it; and loses nothing."""
        postgres = self._stack.enter_context(server("debates", "--fsync=on", "--full_page_writes=on"))
        functions.migrate(functions.environ(postgres.url))
        return postgres

    @cached_property
    def environment(self) -> dict[str, str]:
        """What functions need that reach the database."""
        return functions.environ(self.postgres.url) | {"DEBATE_MODEL": "offline"} | PLENTY

    @contextlib.contextmanager
    def floor(self, name: str) -> Generator[Server]:
        """Serve a callable of scripts.local.bench.floor with the least of uvicorn."""
        with self.launched([*floor(name), "--no-access-log"], functions.environ("")) as launch:
            yield launch.started()

    @contextlib.contextmanager
    def functions(self, *names: str, environment: Mapping[str, str] | None = None) -> Generator[Server]:
        """Serve functions as production does."""
        with self.launched(["functions", *names], environment or functions.environ("")) as launch:
            yield launch.started()

    @contextlib.contextmanager
    def launched(self, module: Sequence[str], environment: Mapping[str, str]) -> Generator[Launch]:
        """Run `python -m` with this on a free port of loopback."""
        port, log = free_port(), self._directory / f"{next(self._number)}.log"
        command = [sys.executable, "-m", *module, "--host", wire.LOOPBACK, "--port", str(port)]
        with (
            log.open("wb") as output,
            Child(command, stdout=output, stderr=output, cwd=functions.ROOT, env=environment) as child,
        ):
            yield Launch(port, child, log)


def floor(name: str) -> list[str]:
    """Return what serves a callable of scripts.local.bench.floor, after `python -m`: uvicorn as it comes."""
    return ["uvicorn", f"scripts.local.bench.floor:{name}"]
