"""Enqueue jobs, and count those of all workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver

from lib.contract.problems import Unavailable
from lib.postgres.statements import statements
from lib.process.monitoring import telemetry
from lib.process.resource import Resource
from lib.queue.fenced import FencedQueries

if TYPE_CHECKING:
    from uuid import UUID

    from lib.postgres.connection import Connection
    from lib.postgres.pool import Postgres

SQL = statements(__file__)
NUMBERS = ("queued", "running", "oldest_seconds")

TRACE = "traceparent"
"""The header of a job with the span that enqueued it (W3C Trace Context)."""


class Producer(Resource):
    """Adds jobs to the queue. Each event has one consumer; the payload of a job is the id of a debate."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._numbers: dict[str, float] = {}

    async def enqueue(self, connection: Connection, event: str, debate_id: UUID, priority: int = 0) -> None:
        """Add a job for the consumer of `event`, in the transaction of `connection`; the highest priority runs first.

        Does nothing where a job of the same event and debate is queued or running.
        """
        queries = FencedQueries(AsyncpgDriver(connection.raw_connection))
        key = f"{event}:{debate_id}"
        with telemetry.span(f"send {event}", "producer") as span:
            trace = {TRACE: span.traceparent} if span.traceparent else None
            await queries.enqueue(
                event, debate_id.bytes, priority=priority, dedupe_key=key, headers=trace, on_conflict="skip"
            )

    async def ping(self) -> str | None:
        """Count the jobs. Fails where pgqueuer's table is missing, of which pgqueuer itself would not tell."""
        try:
            counted = await self._postgres.fetch_one(SQL["numbers"])
        except Unavailable as error:
            return error.detail
        self._numbers = {name: counted[name] for name in NUMBERS} if counted else {}
        return None

    @property
    def numbers(self) -> dict[str, float] | None:
        """How many jobs of all workers wait and run, and how many seconds the oldest has waited."""
        return self._numbers


build = Producer
