"""Fence pgqueuer's statements, so that a worker that stalled cannot touch a job that another has taken over."""

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
    # Named here, as pgqueuer would also read them from variables as common as CHANNEL or TRIGGER.
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
    """The database is lost: leave the job as it is, so that its lease runs out.

    Not an Exception, or pgqueuer would end the job.
    """


class FencedQueries(Queries):
    """pgqueuer's statements for one owner of jobs."""

    def __init__(self, driver: Driver) -> None:
        """Use our schema; `owner` is set once the queue manager has its id."""
        builders = (
            qb.QueryBuilderEnvironment(SETTINGS),
            qb.QueryQueueBuilder(SETTINGS),
            qb.QuerySchedulerBuilder(SETTINGS),
        )
        super().__init__(driver, *builders)
        self.owner: UUID | None = None

    async def update_heartbeat(self, job_ids: list[JobId]) -> None:
        """Extend the lease of the jobs that are still ours."""
        await self.driver.execute(SQL["heartbeat"], list(set(job_ids)), self.owner)

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        """Hand a job back, if it is still ours. Raises Abandoned, as pgqueuer would hold the job for ever."""
        try:
            await self.driver.execute(SQL["retry"], job.id, self.owner, delay, _json(traceback_record))
        except UNREACHABLE as error:
            raise Abandoned from error

    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        """End the jobs that are still ours; one that was cancelled is handed back, as we cancel none but in haste."""
        jobs, states, tracebacks = zip(*job_status, strict=True)
        ids = [job.id for job in jobs]
        await self.driver.execute(
            SQL["finish"], ids, self.owner, list(states), [_json(record) for record in tracebacks]
        )


def _json(record: TracebackRecord | None) -> str | None:
    return record.model_dump_json() if record else None
