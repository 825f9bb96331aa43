"""What all rows of one run share: the number of rounds, an embedded PostgreSQL, and servers to measure."""

from __future__ import annotations

import contextlib
import itertools
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scripts.local import functions
from scripts.local.bench import raw_http
from scripts.local.bench.launch import Launch, Server
from scripts.local.child import Child
from scripts.local.loopback import free_port
from scripts.local.postgres import EmbeddedPostgres, server

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from types import TracebackType

NO_LIMITS = dict.fromkeys(
    ("DEBATE_MAX_LIVE", "DEBATE_STARTS_PER_MINUTE", "DEBATE_STARTS_PER_DAY", "STREAMS_PER_USER"), "1000000"
)
"""All rows act as one user."""


class Bench:
    """One run of the bench: each row takes `rounds` rounds, with `part` of its full counts."""

    def __init__(self, rounds: int, part: float) -> None:
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
        """Return the count of a round, given the full one."""
        return max(1, round(full * self._part))

    @cached_property
    def postgres(self) -> EmbeddedPostgres:
        """A server with the schema, started by the first row that needs it; it writes durably, as in production."""
        postgres = self._stack.enter_context(server("debates", "--fsync=on", "--full_page_writes=on"))
        functions.migrate(functions.environ(postgres.url))
        return postgres

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment of functions that use the database."""
        return functions.environ(self.postgres.url) | {"DEBATE_MODEL": "offline"} | NO_LIMITS

    @contextlib.contextmanager
    def floor(self, name: str) -> Generator[Server]:
        """Serve a callable of scripts.local.bench.floor by a bare uvicorn."""
        with self.launched([*floor(name), "--no-access-log"], functions.environ("")) as launch:
            yield launch.started()

    @contextlib.contextmanager
    def functions(self, *names: str, environment: Mapping[str, str] | None = None) -> Generator[Server]:
        """Serve functions by `python -m functions`, by default without a database."""
        with self.launched(["functions", *names], environment or functions.environ("")) as launch:
            yield launch.started()

    @contextlib.contextmanager
    def launched(self, module: Sequence[str], environment: Mapping[str, str]) -> Generator[Launch]:
        """Run `python -m` with these arguments on a free port of loopback."""
        port, log = free_port(), self._directory / f"{next(self._number)}.log"
        command = [sys.executable, "-m", *module, "--host", raw_http.LOOPBACK, "--port", str(port)]
        with (
            log.open("wb") as output,
            Child(command, stdout=output, stderr=output, cwd=functions.ROOT, env=environment) as child,
        ):
            yield Launch(port, child, log)


def floor(name: str) -> list[str]:
    """Return the arguments of `python -m` that serve a callable of scripts.local.bench.floor by uvicorn."""
    return ["uvicorn", f"scripts.local.bench.floor:{name}"]
