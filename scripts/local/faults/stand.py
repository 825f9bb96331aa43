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
from typing import TYPE_CHECKING, Self

from scripts.local import functions
from scripts.local.postgres import EmbeddedPostgres, server

if TYPE_CHECKING:
    import signal
    from types import TracebackType

    from scripts.local.functions import Serving

EDGE = ("debate-start", "debate-stream", "debate-cancel")
LOOK_SECONDS = 0.02


@dataclass(frozen=True, eq=False)
class Worker:
    """A process that runs debates."""

    serving: Serving
    stack: contextlib.ExitStack

    @property
    def alive(self) -> bool:
        """Say whether its process has not ended."""
        return self.serving.leash.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        os.kill(self.serving.pid, number)

    def said(self, message: str) -> list[dict[str, str]]:
        """Return its log's records with this message."""
        lines = self.serving.log.read_text("utf-8").splitlines(keepends=True)
        records = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
        return [record for record in records if record["message"] == message]

    @property
    def names(self) -> set[str]:
        """Return what pgqueuer calls it in the rows of its jobs."""
        return {record["queue_manager_id"] for record in self.said("working")}


class Stand:
    """What faults are tried on, one after the other."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._stack = contextlib.ExitStack()
        self._number = itertools.count(1)
        self._workers: list[Worker] = []
        self.postgres: EmbeddedPostgres
        self.edge: Serving

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            self.postgres = stack.enter_context(server())
            self.environment = functions.environ(self.postgres.url) | {"DEBATE_MODEL": "offline"}
            functions.migrate(self.environment)
            self.edge = stack.enter_context(functions.serving(self.environment, self._log("edge"), *EDGE))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.stack.close()
        self._stack.close()

    async def workers(self, count: int) -> list[Worker]:
        """Have this many workers that take jobs: start what is missing, stop what is too many."""
        for worker in [worker for worker in self._workers if not worker.alive]:
            self.dismiss(worker)
        for worker in self._workers[count:]:
            self.dismiss(worker)
        missing = range(count - len(self._workers))
        self._workers += await asyncio.gather(*(asyncio.to_thread(self._start) for _ in missing))
        return list(self._workers)

    @property
    def alive(self) -> list[Worker]:
        """Return the workers whose processes have not ended."""
        return [worker for worker in self._workers if worker.alive]

    def dismiss(self, worker: Worker) -> None:
        """Stop a worker, if it has not ended, and forget it."""
        self._workers.remove(worker)
        worker.stack.close()

    def _start(self) -> Worker:
        stack = contextlib.ExitStack()
        serving = functions.serving(self.environment, self._log("worker"), "debate-run")
        worker = Worker(stack.enter_context(serving), stack)
        while not worker.names:
            time.sleep(LOOK_SECONDS)
        return worker

    def _log(self, name: str) -> Path:
        return self._directory / f"{name}-{next(self._number)}.log"
