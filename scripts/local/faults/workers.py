"""Faults of the processes that run debates."""

from __future__ import annotations

import asyncio
import signal
import time
from datetime import datetime
from typing import TYPE_CHECKING

from scripts.local.faults.experiment import Ineffective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.local.faults.deployment import Process
    from scripts.local.faults.experiment import Experiment, Fault, WatchedDebate

EXIT_SECONDS = 20
REQUEUE = "UPDATE debates.pgqueuer SET status = 'queued', queue_manager_id = NULL WHERE payload = $1"


async def _taken_over(experiment: Experiment, debates: Sequence[WatchedDebate], since: float) -> str:
    """Wait until another worker runs these debates; return the longest time that took, in words."""
    again = [await experiment.event(debate, "debate.started", attempt=2) for debate in debates]
    seconds = [datetime.fromisoformat(event["at"]).timestamp() - since for event in again]
    experiment.takeover_seconds += seconds
    return f"attempt 2 seen in {len(debates)} within {max(seconds):.1f} s"


async def kill_in_mid_turn(experiment: Experiment) -> str:
    """Kill the worker that runs a debate (SIGKILL) during a turn."""
    await experiment.deployment.workers(2)
    debates = await experiment.start()
    await experiment.event(debates[0], "turn.delta", turn=2)
    owner = await experiment.owner(debates[0])
    owned = await experiment.owned(owner)
    killed = time.time()
    owner.signal(signal.SIGKILL)
    evidence = await _taken_over(experiment, owned, killed)
    if not await experiment.events(debates[0], "turn.reset"):
        raise Ineffective("no turn began again: the kill came between turns")
    return evidence


async def kill_between_turns(experiment: Experiment) -> str:
    """Kill the worker that runs a debate (SIGKILL) between two turns."""
    await experiment.deployment.workers(2)
    debates = await experiment.start()
    injector = experiment.deployment.injector
    async with injector.blocking_events("NEW.type = 'turn.started' AND NEW.data ->> 'turn' = '2'"):
        await experiment.event(debates[0], "turn.completed", turn=1)
        await experiment.until(injector.is_blocking, "the next turn waiting to be stored")
        owner = await experiment.owner(debates[0])
        owned = await experiment.owned(owner)
        killed = time.time()
        owner.signal(signal.SIGKILL)
    evidence = await _taken_over(experiment, owned, killed)
    if await experiment.events(debates[0], "turn.reset"):
        raise Ineffective("a turn began again: the kill came in mid-turn")
    return evidence


async def freeze(experiment: Experiment) -> str:
    """Freeze the worker that runs a debate (SIGSTOP) until another has taken it over: it writes nothing after that."""
    await experiment.deployment.workers(2)
    debates = await experiment.start()
    await experiment.event(debates[0], "turn.delta", turn=2)
    owner = await experiment.owner(debates[0])
    owned = await experiment.owned(owner)
    stopped = time.time()
    owner.signal(signal.SIGSTOP)
    try:
        evidence = await _taken_over(experiment, owned, stopped)
    finally:
        owner.signal(signal.SIGCONT)
    return f"{evidence}, {await _fenced(experiment, owner, owned)}"


async def two_workers_on_one_job(experiment: Experiment) -> str:
    """Queue a job again while a worker still runs it, so that a second worker takes it."""
    await experiment.deployment.workers(2)
    debates = await experiment.start(rounds=5)
    await experiment.event(debates[0], "turn.delta", turn=2)
    owner = await experiment.owner(debates[0])
    owner.signal(signal.SIGSTOP)  # otherwise it might take the job again
    try:
        await experiment.sql(REQUEUE, debates[0].id.bytes)
        await experiment.event(debates[0], "debate.started", attempt=2)
    finally:
        owner.signal(signal.SIGCONT)
    return f"attempt 2 seen, {await _fenced(experiment, owner, debates[:1])}"


async def _fenced(experiment: Experiment, worker: Process, debates: Sequence[WatchedDebate]) -> str:
    ids = {str(debate.id) for debate in debates}

    async def noticed() -> bool:
        lost = worker.records("debate lost: cancelled, or taken over by another worker")
        return ids <= {record["debate_id"] for record in lost}

    await experiment.until(noticed, "the first worker refused by the fence")
    return f"fence refusal seen in {len(debates)}"


async def stop_under_load(experiment: Experiment) -> str:
    """Stop the worker that runs a debate (SIGTERM): it returns its debates to the queue and exits with 0."""
    await experiment.deployment.workers(2)
    debates = await experiment.start()
    await experiment.event(debates[0], "turn.delta", turn=2)
    owner = await experiment.owner(debates[0])
    owned = await experiment.owned(owner)
    signalled = time.time()
    owner.signal(signal.SIGTERM)
    evidence = await _taken_over(experiment, owned, signalled)
    status = await asyncio.to_thread(owner.serving.child.wait, EXIT_SECONDS)
    if status != 0:
        raise Ineffective(f"the worker exited with {status}")
    return evidence


async def rolling_restart(experiment: Experiment) -> str:
    """Replace every worker while debates run, as a new release does."""
    before = await experiment.deployment.workers(2)
    debates = await experiment.start(rounds=4)
    await experiment.event(debates[0], "turn.delta", turn=1)
    for number, worker in enumerate(before, start=1):
        await experiment.deployment.workers(2 + number)
        worker.signal(signal.SIGTERM)
        await asyncio.to_thread(worker.serving.child.wait, EXIT_SECONDS)
    restarted = [debate for debate in debates if len(await experiment.events(debate, "debate.started")) > 1]
    if not restarted:
        raise Ineffective("no debate was handed from one worker to another")
    return f"attempt 2 seen in {len(restarted)}"


FAULTS: tuple[Fault, ...] = (
    kill_in_mid_turn,
    kill_between_turns,
    freeze,
    two_workers_on_one_job,
    stop_under_load,
    rolling_restart,
)
