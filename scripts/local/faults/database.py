"""Faults of PostgreSQL, and of what is said to it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from scripts.local.faults.sabotage import silence, struck, trigger
from scripts.local.faults.trial import Ineffective

if TYPE_CHECKING:
    from scripts.local.faults.trial import Fault, Trial

OURS = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'debates%' AND datname = current_database()"
CUTS = 5
CUT_SECONDS = 0.3
OUTAGE_SECONDS = 1.5


async def _running(trial: Trial) -> None:
    await trial.stand.workers(2)
    debates = await trial.start()
    await trial.event(debates[0], "turn.delta", turn=1)


async def _ended(trial: Trial) -> int:
    sql = "SELECT count(*) FROM debates.debates WHERE id = ANY ($1) AND ended_at IS NOT NULL"
    return (await trial.sql(sql, [debate.id for debate in trial.watched]))[0][0]


async def _still_running(trial: Trial) -> str:
    running = len(trial.watched) - await _ended(trial)
    if not running:
        raise Ineffective("every debate had ended before")
    return f"{running} running"


async def restart(trial: Trial) -> str:
    """Restart PostgreSQL in mid-debate."""
    await _running(trial)
    cut = len(await trial.sql(OURS))
    await asyncio.to_thread(trial.stand.postgres.restart)
    return f"{cut} connections cut, {await _still_running(trial)}"


async def crash(trial: Trial) -> str:
    """Kill -9 PostgreSQL in mid-debate, and start it again: it recovers."""
    await _running(trial)
    cut = len(await trial.sql(OURS))
    directory = Path(parse_qs(urlsplit(trial.stand.postgres.url).query)["host"][0])
    os.kill(int((directory / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    await asyncio.to_thread(trial.stand.postgres.restart)
    return f"{cut} connections cut, {await _still_running(trial)}"


async def _cut(trial: Trial, application: str) -> str:
    await _running(trial)
    evidence = await _still_running(trial)
    cut = 0
    for _ in range(CUTS):
        sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
        cut += len(await trial.sql(sql, application))
        await asyncio.sleep(CUT_SECONDS)
    if not cut:
        raise Ineffective(f"no connection is called {application!r}")
    sql = "SELECT FROM pg_stat_activity WHERE application_name = $1"
    await trial.until(lambda: trial.sql(sql, application), f"a new connection called {application!r}")
    return f"{cut} connections cut, {evidence}"


async def cut_listeners(trial: Trial) -> str:
    """Cut every connection that listens (pg_terminate_backend)."""
    return await _cut(trial, "debates listen")


async def cut_pools(trial: Trial) -> str:
    """Cut every connection of the pools."""
    return await _cut(trial, "debates")


async def cut_queues(trial: Trial) -> str:
    """Cut every connection that a worker's queue has."""
    return await _cut(trial, "debates queue")


async def lose_notifications(trial: Trial) -> str:
    """Lose notifications: of a debate's start, and of what is said."""
    await trial.stand.workers(2)
    before = await struck(trial)
    async with silence(trial):
        debates = await trial.start()
        await trial.event(debates[0], "turn.completed", turn=1)
    lost = await struck(trial) - before
    if not lost:
        raise Ineffective("no notification was lost")
    return f"{lost} notifications lost"


async def fill_disk(trial: Trial) -> str:
    """Fill the disk for a moment: every statement of the writer fails."""
    await _running(trial)
    before = await struck(trial)
    async with trigger(trial, "true", "refuse('53100')"):
        await asyncio.sleep(OUTAGE_SECONDS)
    failed = await struck(trial) - before
    if not failed:
        raise Ineffective("no statement failed")
    return f"{failed} statements failed"


async def refuse_an_event(trial: Trial) -> str:
    """Refuse an event of one debate, beside healthy ones in the same worker."""
    await trial.stand.workers(1)
    healthy = await trial.start()
    sick = await trial.start_one()
    before = await struck(trial)
    when = f"NEW.debate_id = '{sick.id}' AND NEW.type = 'turn.completed'"
    sick.ending = "debate.failed"
    async with trigger(trial, when, "refuse('22021')"):
        await trial.event(sick, "debate.failed")
    refused = await struck(trial) - before
    failed = (await trial.log(sick))[-1]
    if not refused or failed["problem"]["type"] != "urn:problem:events-refused":
        raise Ineffective("the event was not refused")
    return f"{refused} statements refused, {len(healthy)} beside it"


async def lose_jobs(trial: Trial) -> str:
    """Delete jobs from the queue: the sweep finds their debates."""
    await trial.stand.workers(0)
    await trial.start(rounds=1)
    lost = len(await trial.sql("DELETE FROM debates.pgqueuer RETURNING id"))
    if lost != len(trial.watched):
        raise Ineffective("a worker was there")
    await trial.stand.workers(2)
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
