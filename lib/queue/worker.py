"""Hand debates to the workers, each to one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import pgqueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

from lib.contract.problems import Unavailable
from lib.postgres.statements import statements
from lib.process.environment import Variable, whole
from lib.process.monitoring import telemetry
from lib.process.resource import Resource
from lib.process.tasks import lasting
from lib.queue.driver import PatientDriver
from lib.queue.fenced import SETTINGS, FencedQueries

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from pgqueuer.core.applications import PgQueuer
    from pgqueuer.domain.models import Job

    from lib.postgres.connection import Connection
    from lib.postgres.pool import Postgres
    from lib.process.shutdown import Shutdown

    Handler = Callable[[UUID], Awaitable[None]]

log = logging.getLogger("queue")

SQL = statements(__file__)
NUMBERS = ("queued", "running", "oldest_seconds")

DEBATE_CONCURRENCY = Variable(
    "DEBATE_CONCURRENCY", "The most debates that a worker runs at once", whole(2, 10_000), 300
)


TRACE = "traceparent"
"""The header of a job with the span that it comes from."""

HEARTBEAT = timedelta(seconds=6)
POLL = timedelta(seconds=1)
RESTART = timedelta(seconds=0.5)
BATCH = 10
POOL = 2
HAND_BACK_SECONDS = 5.0
LISTEN_SECONDS = 5.0
SLOWEST = 4
"""A job that fails is tried again after 1, 2, 4, ... 16 seconds, until its debate's deadline ends it."""


class Queue(Resource):
    """The queue of a process: whoever has a transaction may enqueue, whoever has handlers may work."""

    def __init__(self, environ: Mapping[str, str], postgres: Postgres, drain: Shutdown) -> None:
        """Read how much a worker may take at once."""
        self._concurrency = DEBATE_CONCURRENCY.read(environ)
        self._postgres, self._drain = postgres, drain
        self._idle = asyncio.Event()
        self._numbers: dict[str, float] = {}

    async def enqueue(self, connection: Connection, event: str, debate_id: UUID, priority: int = 0) -> None:
        """Add a job in the transaction of `connection`; one debate is queued at most once, the highest goes first."""
        queries = FencedQueries(AsyncpgDriver(connection.raw_connection))
        key = f"{event}:{debate_id}"
        with telemetry.span(f"send {event}", "producer") as span:
            trace = {TRACE: span.traceparent} if span.traceparent else None
            await queries.enqueue(
                event, debate_id.bytes, priority=priority, dedupe_key=key, headers=trace, on_conflict="skip"
            )

    @contextlib.asynccontextmanager
    async def working(self, handlers: Mapping[str, Handler]) -> AsyncGenerator[None]:
        """Work until drained; the end of the context drains, and waits until the jobs were handed back."""
        async with lasting(self._work(handlers)):
            try:
                yield
            finally:
                self._drain.set()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HAND_BACK_SECONDS):
                        await self._idle.wait()

    async def _work(self, handlers: Mapping[str, Handler]) -> None:
        try:
            await self._work_until_drained(handlers)
        finally:
            self._idle.set()

    async def _work_until_drained(self, handlers: Mapping[str, Handler]) -> None:
        await pgqueuer.run(
            partial(self._manager, handlers),
            shutdown=self._drain,
            heartbeat_timeout=HEARTBEAT,
            dequeue_timeout=POLL,
            batch_size=min(BATCH, self._concurrency // 2),
            max_concurrent_tasks=self._concurrency,
            restart_on_failure=True,
            restart_delay=RESTART,
            shutdown_on_listener_failure=True,
        )

    @contextlib.asynccontextmanager
    async def _manager(self, handlers: Mapping[str, Handler]) -> AsyncGenerator[PgQueuer, None]:
        async with self._postgres.private_pool("queue", POOL) as pool:
            driver = PatientDriver(pool, self._drain)
            queries = FencedQueries(driver)
            manager = pgqueuer.PgQueuer(driver, SETTINGS.channel, queries=queries)
            queries.owner = manager.qm.queue_manager_id
            for event, handler in handlers.items():

                async def run(job: Job, handler: Handler = handler) -> None:
                    await _run(handler, job, manager.qm.shutdown, driver.lost)

                manager.entrypoint(event, on_failure="hold")(run)
            async with self._listening(driver):
                log.info("working", extra={"queue_manager_id": str(queries.owner)})
                yield manager

    @contextlib.asynccontextmanager
    async def _listening(self, driver: PatientDriver) -> AsyncGenerator[None]:
        """Listen before pgqueuer begins: it probes its listener at once, and takes the loss of that for its death."""
        listener = self._postgres.listener({SETTINGS.channel: driver.heard})
        async with lasting(listener.run()):
            async with asyncio.timeout(LISTEN_SECONDS):
                await listener.alive.wait()
            yield

    async def ping(self) -> str | None:
        """Count the jobs: without its table pgqueuer would restart for ever, and say nothing."""
        try:
            counted = await self._postgres.fetch_one(SQL["numbers"])
        except Unavailable as error:
            return error.detail
        self._numbers = {name: counted[name] for name in NUMBERS} if counted else {}
        return None

    @property
    def numbers(self) -> dict[str, float] | None:
        """Return how many jobs of all workers wait and run, and since how many seconds the oldest waits."""
        return self._numbers


async def _run(handler: Handler, job: Job, *ends: asyncio.Event) -> None:
    """Run one job to its end, or hand it back: at the first of the events, or where it failed."""
    running = asyncio.ensure_future(_traced(handler, job))
    tasks = {running, *(asyncio.create_task(end.wait()) for end in ends)}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    if running.cancelled():
        raise pgqueuer.RetryRequested(timedelta(0), "the worker stops, or lost its queue")
    if error := running.exception():
        if not isinstance(error, Unavailable):
            log.error("job failed", exc_info=error, extra={"debate_id": str(UUID(bytes=job.payload))})
        seconds = 2 ** min(job.attempts, SLOWEST)
        raise pgqueuer.RetryRequested(timedelta(seconds=seconds), type(error).__name__)


async def _traced(handler: Handler, job: Job) -> None:
    """Run the handler as part of the trace that the job came from."""
    parent, debate_id = (job.headers or {}).get(TRACE), UUID(bytes=job.payload)
    with telemetry.span(f"process {job.entrypoint}", "consumer", str(parent) if parent else None) as span:
        span.note(debate__id=str(debate_id))
        await handler(debate_id)


build = Queue
