"""What faults are injected into: PostgreSQL, one process that serves clients and any number of workers."""

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
from scripts.local.faults.injector import Injector
from scripts.local.postgres import EmbeddedPostgres, server

if TYPE_CHECKING:
    import signal
    from types import TracebackType

    from scripts.local.functions import Serving

EDGE = ("debate-start", "debate-stream", "debate-cancel")
POLL_SECONDS = 0.02
IGNORED = {"CHANNEL": "elsewhere", "TRIGGER": "elsewhere", "FUNCTION": "elsewhere", "QUEUE_TABLE": "elsewhere"}
"""Variables that pgqueuer reads by default; the functions must not let it."""


@dataclass(frozen=True, eq=False)
class Process:
    """A process that serves functions."""

    serving: Serving
    stack: contextlib.ExitStack

    @property
    def alive(self) -> bool:
        """Say whether the process has not ended."""
        return self.serving.child.poll() is None

    @property
    def url(self) -> str:
        """Return its base URL."""
        return self.serving.url

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        os.kill(self.serving.pid, number)

    def records(self, message: str) -> list[dict[str, Any]]:
        """Return the records of its log that have this message."""
        lines = self.serving.log.read_text("utf-8").splitlines(keepends=True)
        found = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
        return [record for record in found if record["message"] == message]

    @property
    def names(self) -> set[str]:
        """Return the queue_manager_id of a worker's jobs; empty for a process without a worker."""
        return {record["queue_manager_id"] for record in self.records("working")}

    def answered(self, route: str) -> int:
        """Return how many requests for routes with this prefix it has answered to their end."""
        return len([record for record in self.records("request") if (record["route"] or "").startswith(route)])


class Deployment:
    """All processes, on an embedded PostgreSQL whose `injector` is installed."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._number = itertools.count(1)
        self._workers: list[Process] = []
        self.environment: dict[str, str]
        self.postgres: EmbeddedPostgres
        self.injector: Injector
        self.edge: Process

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            self.postgres = stack.enter_context(server())
            self.environment = functions.environ(self.postgres.url) | {"DEBATE_MODEL": "offline"} | IGNORED
            functions.migrate(self.environment)
            self.injector = Injector(self.postgres.url)
            asyncio.run(self.injector.install())
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
        """Start or stop workers until this many take jobs; return them."""
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
        """Restart the process that serves clients on the same port; return how many streams ended with it."""
        before, old = self.edge.answered("/debate-stream"), self.edge
        old.stack.close()
        self.edge = self._start(*EDGE, port=urlsplit(old.url).port or 0)
        return old.answered("/debate-stream") - before

    def _start(self, *names: str, port: int = 0) -> Process:
        log = self._directory / f"{next(self._number)}.log"
        stack = contextlib.ExitStack()
        process = Process(stack.enter_context(functions.serving(self.environment, log, *names, port=port)), stack)
        while "debate-run" in names and not process.names:
            time.sleep(POLL_SECONDS)
        return process
