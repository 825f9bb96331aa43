"""Faults of PostgreSQL and of the connections to it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from scripts.local.faults.experiment import Ineffective

if TYPE_CHECKING:
    from scripts.local.faults.experiment import Experiment, Fault

OURS = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'debates%' AND datname = current_database()"
CUTS = 5
CUT_SECONDS = 0.3
OUTAGE_SECONDS = 1.5
DISK_FULL, INVALID_CHARACTER = "53100", "22021"
"""SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


async def _start_running(experiment: Experiment) -> None:
    await experiment.deployment.workers(2)
    debates = await experiment.start()
    await experiment.event(debates[0], "turn.delta", turn=1)


async def _count_ended(experiment: Experiment) -> int:
    sql = "SELECT count(*) FROM debates.debates WHERE id = ANY ($1) AND ended_at IS NOT NULL"
    return (await experiment.sql(sql, [debate.id for debate in experiment.watched]))[0][0]


async def _still_running(experiment: Experiment) -> str:
    running = len(experiment.watched) - await _count_ended(experiment)
    if not running:
        raise Ineffective("every debate had ended before")
    return f"{running} running"


async def restart(experiment: Experiment) -> str:
    """Restart PostgreSQL while debates run."""
    await _start_running(experiment)
    cut = len(await experiment.sql(OURS))
    await asyncio.to_thread(experiment.deployment.postgres.restart)
    return f"{cut} connections cut, {await _still_running(experiment)}"


async def crash(experiment: Experiment) -> str:
    """Kill PostgreSQL (SIGKILL) while debates run, and start it again."""
    await _start_running(experiment)
    cut = len(await experiment.sql(OURS))
    directory = Path(parse_qs(urlsplit(experiment.deployment.postgres.url).query)["host"][0])
    os.kill(int((directory / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    await asyncio.to_thread(experiment.deployment.postgres.restart)
    return f"{cut} connections cut, {await _still_running(experiment)}"


async def _cut(experiment: Experiment, application: str) -> str:
    await _start_running(experiment)
    evidence = await _still_running(experiment)
    cut = 0
    for _ in range(CUTS):
        sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
        cut += len(await experiment.sql(sql, application))
        await asyncio.sleep(CUT_SECONDS)
    if not cut:
        raise Ineffective(f"no connection is called {application!r}")
    sql = "SELECT FROM pg_stat_activity WHERE application_name = $1"
    await experiment.until(lambda: experiment.sql(sql, application), f"a new connection called {application!r}")
    return f"{cut} connections cut, {evidence}"


async def cut_listeners(experiment: Experiment) -> str:
    """Cut every listening connection (pg_terminate_backend)."""
    return await _cut(experiment, "debates listen")


async def cut_pools(experiment: Experiment) -> str:
    """Cut every connection of the pools (pg_terminate_backend)."""
    return await _cut(experiment, "debates")


async def cut_queues(experiment: Experiment) -> str:
    """Cut every connection of the workers' queues (pg_terminate_backend)."""
    return await _cut(experiment, "debates queue")


async def lose_notifications(experiment: Experiment) -> str:
    """Lose the notifications of jobs and of events."""
    await experiment.deployment.workers(2)
    before = await experiment.deployment.injector.count()
    async with experiment.deployment.injector.losing_notifications():
        debates = await experiment.start()
        await experiment.event(debates[0], "turn.completed", turn=1)
    lost = await experiment.deployment.injector.count() - before
    if not lost:
        raise Ineffective("no notification was lost")
    return f"{lost} notifications lost"


async def fill_disk(experiment: Experiment) -> str:
    """Refuse every event with disk_full for a moment."""
    await _start_running(experiment)
    before = await experiment.deployment.injector.count()
    async with experiment.deployment.injector.refusing_events("true", DISK_FULL):
        await asyncio.sleep(OUTAGE_SECONDS)
    failed = await experiment.deployment.injector.count() - before
    if not failed:
        raise Ineffective("no statement failed")
    return f"{failed} statements failed"


async def refuse_an_event(experiment: Experiment) -> str:
    """Refuse an event of one debate while the same worker runs others."""
    await experiment.deployment.workers(1)
    healthy = await experiment.start()
    refused_one = await experiment.start_one()
    before = await experiment.deployment.injector.count()
    condition = f"NEW.debate_id = '{refused_one.id}' AND NEW.type = 'turn.completed'"
    refused_one.ending = "debate.failed"
    async with experiment.deployment.injector.refusing_events(condition, INVALID_CHARACTER):
        await experiment.event(refused_one, "debate.failed")
    refused = await experiment.deployment.injector.count() - before
    failed = (await experiment.log(refused_one))[-1]
    if not refused or failed["problem"]["type"] != "urn:problem:events-refused":
        raise Ineffective("the event was not refused")
    return f"{refused} statements refused, {len(healthy)} beside them"


async def lose_jobs(experiment: Experiment) -> str:
    """Delete jobs from the queue: the sweep queues their debates again."""
    await experiment.deployment.workers(0)
    await experiment.start(rounds=1)
    lost = len(await experiment.sql("DELETE FROM debates.pgqueuer RETURNING id"))
    if lost != len(experiment.watched):
        raise Ineffective("a worker had taken a job before")
    await experiment.deployment.workers(2)
    return f"{lost} jobs deleted"


FAULTS: tuple[Fault, ...] = (
    restart,
    crash,
    cut_listeners,
    cut_pools,
    cut_queues,
    lose_notifications,
    fill_disk,
    refuse_an_event,
    lose_jobs,
)
