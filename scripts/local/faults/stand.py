"""Run what faults are tried on: a PostgreSQL, an edge, and as many workers as a fault wants, each its own process."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scripts.local import functions
from scripts.local.faults import sabotage
from scripts.local.postgres import EmbeddedPostgres, server

if TYPE_CHECKING:
    import signal
    from types import TracebackType

    from scripts.local.functions import Serving

EDGE = ("debate-start", "debate-stream", "debate-cancel")
LOOK_SECONDS = 0.02
COMMON_NAMES = {"CHANNEL": "elsewhere", "TRIGGER": "elsewhere", "FUNCTION": "elsewhere", "QUEUE_TABLE": "elsewhere"}
"""Variables that mean nothing to us; pgqueuer would read them, if it were let."""


@dataclass(frozen=True, eq=False)
class Process:
    """A process that serves functions."""

    serving: Serving
    stack: contextlib.ExitStack

    @property
    def alive(self) -> bool:
        """Say whether it has not ended."""
        return self.serving.child.poll() is None

    @property
    def url(self) -> str:
        """Return where it listens."""
        return self.serving.url

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.serving.pid, number)

    def said(self, message: str) -> list[dict[str, Any]]:
        """Return its log's records with this message."""
        lines = self.serving.log.read_text("utf-8").splitlines(keepends=True)
        records = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
        return [record for record in records if record["message"] == message]

    @property
    def names(self) -> set[str]:
        """Return what pgqueuer calls it in the rows of its jobs, if it is a worker."""
        return {record["queue_manager_id"] for record in self.said("working")}

    def answered(self, route: str) -> int:
        """Return how many requests of a route, or of the routes below it, it has answered to their end."""
        return len([record for record in self.said("request") if (record["route"] or "").startswith(route)])


class Stand:
    """What faults are tried on, one after the other."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._stack = contextlib.ExitStack()
        self._number = itertools.count(1)
        self._workers: list[Process] = []
        self.environment: dict[str, str]
        self.postgres: EmbeddedPostgres
        self.edge: Process

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            self.postgres = stack.enter_context(server())
            self.environment = functions.environ(self.postgres.url) | {"DEBATE_MODEL": "offline"} | COMMON_NAMES
            functions.migrate(self.environment)
            sabotage.install(self.postgres.url)
            self.edge = self._start(*EDGE)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self._workers, self.edge):
            process.stack.close()
        self._stack.close()

    async def workers(self, count: int) -> list[Process]:
        """Have this many workers that take jobs: start what is missing, stop what is too many."""
        for worker in [worker for worker in self._workers if not worker.alive] + self.alive[count:]:
            self._workers.remove(worker)
            await asyncio.to_thread(worker.stack.close)
        missing = range(count - len(self._workers))
        self._workers += await asyncio.gather(*(asyncio.to_thread(self._start, "debate-run") for _ in missing))
        return list(self._workers)

    @property
    def alive(self) -> list[Process]:
        """Return the workers whose processes have not ended."""
        return [worker for worker in self._workers if worker.alive]

    def restart_edge(self) -> int:
        """Stop the edge, start another at the same place, and return how many streams that interrupted."""
        before, old = self.edge.answered("/debate-stream"), self.edge
        old.stack.close()
        self.edge = self._start(*EDGE, port=urlsplit(old.url).port or 0)
        return old.answered("/debate-stream") - before

    def _start(self, *names: str, port: int = 0) -> Process:
        log = self._directory / f"{next(self._number)}.log"
        stack = contextlib.ExitStack()
        process = Process(stack.enter_context(functions.serving(self.environment, log, *names, port=port)), stack)
        while "debate-run" in names and not process.names:
            time.sleep(LOOK_SECONDS)
        return process
