"""Fence pgqueuer's statements: a worker that stalled must not change a job that another worker has taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgqueuer.adapters.persistence import qb
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel

from lib.postgres.faults import UNREACHABLE
from lib.postgres.statements import statements

if TYPE_CHECKING:
    from datetime import timedelta
    from uuid import UUID

    from pgqueuer.domain.models import Job, TracebackRecord
    from pgqueuer.domain.types import JOB_STATUS, JobId
    from pgqueuer.ports.driver import Driver

SQL = statements(__file__)

SETTINGS = DBSettings(
    db_schema="debates",
    channel=Channel("debates_queue"),
    # All are given, as pgqueuer reads missing ones from environment variables such as CHANNEL or TRIGGER.
    prefix="",
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
)


class Abandoned(BaseException):
    """PostgreSQL is lost: the job stays as it is until its lease runs out.

    A BaseException, as pgqueuer ends a job that raises an Exception.
    """


class FencedQueries(Queries):
    """pgqueuer's statements in the schema `debates`, restricted to the jobs of one `owner`.

    `owner` is the id of the queue manager, which pgqueuer makes after the queries.
    """

    def __init__(self, driver: Driver) -> None:
        builders = (
            qb.QueryBuilderEnvironment(SETTINGS),
            qb.QueryQueueBuilder(SETTINGS),
            qb.QuerySchedulerBuilder(SETTINGS),
        )
        super().__init__(driver, *builders)
        self.owner: UUID | None = None

    async def update_heartbeat(self, job_ids: list[JobId]) -> None:
        """Renew the lease of the jobs that the owner still has."""
        await self.driver.execute(SQL["heartbeat"], list(set(job_ids)), self.owner)

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        """Hand a job back, if the owner still has it. Raises Abandoned where pgqueuer would hold the job for ever."""
        try:
            await self.driver.execute(SQL["retry"], job.id, self.owner, delay, _json(traceback_record))
        except UNREACHABLE as error:
            raise Abandoned from error

    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        """End the jobs that the owner still has; hand back a cancelled one: only a hasty shutdown cancels jobs."""
        jobs, states, tracebacks = zip(*job_status, strict=True)
        ids = [job.id for job in jobs]
        await self.driver.execute(
            SQL["finish"], ids, self.owner, list(states), [_json(record) for record in tracebacks]
        )


def _json(record: TracebackRecord | None) -> str | None:
    return record.model_dump_json() if record else None
