"""Run the jobs of the queue, each in one worker at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import pgqueuer

from lib.contract.problems import Unavailable
from lib.process.environment import Variable, whole
from lib.process.monitoring import telemetry
from lib.process.resource import Resource
from lib.process.tasks import lasting
from lib.queue.driver import PatientDriver
from lib.queue.fenced import SETTINGS, FencedQueries
from lib.queue.producer import TRACE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from pgqueuer.core.applications import PgQueuer
    from pgqueuer.domain.models import Job

    from lib.postgres.pool import Postgres
    from lib.process.shutdown import Shutdown

    Consumer = Callable[[UUID], Awaitable[None]]

log = logging.getLogger("queue")

DEBATE_CONCURRENCY = Variable(
    "DEBATE_CONCURRENCY", "The most debates that a worker runs at once", whole(2, 10_000), 300
)

HEARTBEAT = timedelta(seconds=6)
"""The age of a job's last heartbeat after which another worker takes the job over."""

POLL = timedelta(seconds=1)
"""The longest time between two looks for jobs: a notification may be lost."""

RESTART = timedelta(seconds=0.5)
"""The pause before the queue starts again after it failed."""

BATCH = 10
"""The most jobs that a worker takes at once."""

POOL = 2
"""The connections of the queue's own pool."""

HAND_BACK_SECONDS = 5.0
"""How long the end of the process waits until jobs are handed back."""

LISTEN_SECONDS = 5.0
"""How long the start of the queue waits for its listener."""

LONGEST_DELAY = 4
"""A job that fails is run again after 1, 2, 4, ... 2 ** LONGEST_DELAY seconds, until the deadline of its debate."""


class Worker(Resource):
    """Runs jobs by pgqueuer, as long as `working` lasts.

    Has no ping: what it needs is what `queue` and `postgres` check, and its task stops the process when it dies.
    """

    variables = (DEBATE_CONCURRENCY,)

    def __init__(self, environ: Mapping[str, str], postgres: Postgres, shutdown: Shutdown) -> None:
        self._concurrency = DEBATE_CONCURRENCY.read(environ)
        self._postgres, self._shutdown = postgres, shutdown
        self._handed_back = asyncio.Event()

    @contextlib.asynccontextmanager
    async def working(self, consumers: Mapping[str, Consumer]) -> AsyncGenerator[None]:
        """Run the jobs of each event by its consumer until shutdown.

        The end of the context sets the shutdown, and waits until the unfinished jobs are handed back to the queue.
        """
        async with lasting(self._work(consumers)):
            try:
                yield
            finally:
                self._shutdown.set()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HAND_BACK_SECONDS):
                        await self._handed_back.wait()

    async def _work(self, consumers: Mapping[str, Consumer]) -> None:
        try:
            await pgqueuer.run(
                partial(self._manager, consumers),
                shutdown=self._shutdown,
                heartbeat_timeout=HEARTBEAT,
                dequeue_timeout=POLL,
                batch_size=min(BATCH, self._concurrency // 2),
                max_concurrent_tasks=self._concurrency,
                restart_on_failure=True,
                restart_delay=RESTART,
                shutdown_on_listener_failure=True,
            )
        finally:
            self._handed_back.set()

    @contextlib.asynccontextmanager
    async def _manager(self, consumers: Mapping[str, Consumer]) -> AsyncGenerator[PgQueuer, None]:
        async with self._postgres.private_pool("queue", POOL) as pool:
            driver = PatientDriver(pool, self._shutdown)
            queries = FencedQueries(driver)
            manager = pgqueuer.PgQueuer(driver, SETTINGS.channel, queries=queries)
            queries.owner = manager.qm.queue_manager_id
            for event, consumer in consumers.items():

                async def run(job: Job, consumer: Consumer = consumer) -> None:
                    await _run(consumer, job, manager.qm.shutdown, driver.lost)

                manager.entrypoint(event, on_failure="hold")(run)
            async with self._listening(driver):
                log.info("working", extra={"queue_manager_id": str(queries.owner)})
                yield manager

    @contextlib.asynccontextmanager
    async def _listening(self, driver: PatientDriver) -> AsyncGenerator[None]:
        """Start listening before pgqueuer, which shuts down if its first probe of the listener fails."""
        listener = self._postgres.private_listener()
        listener.subscribe(SETTINGS.channel, driver.notified)
        async with lasting(listener.run()):
            async with asyncio.timeout(LISTEN_SECONDS):
                await listener.alive.wait()
            yield


def _debate_id(job: Job) -> UUID:
    return UUID(bytes=job.payload)


async def _run(consumer: Consumer, job: Job, *ends: asyncio.Event) -> None:
    """Run one job to its end; hand it back where it fails, or once one of the events is set."""
    running = asyncio.ensure_future(_traced(consumer, job))
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
            log.error("job failed", exc_info=error, extra={"debate_id": str(_debate_id(job))})
        seconds = 2 ** min(job.attempts, LONGEST_DELAY)
        raise pgqueuer.RetryRequested(timedelta(seconds=seconds), type(error).__name__)


async def _traced(consumer: Consumer, job: Job) -> None:
    """Run the consumer in a span that continues the trace of the job's producer."""
    parent, debate_id = (job.headers or {}).get(TRACE), _debate_id(job)
    with telemetry.span(f"process {job.entrypoint}", "consumer", str(parent) if parent else None) as span:
        span.note(debate__id=str(debate_id))
        await consumer(debate_id)


build = Worker
