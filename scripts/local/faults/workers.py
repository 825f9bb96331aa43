"""Faults of the processes that run debates."""

from __future__ import annotations

import asyncio
import signal
import time
from datetime import datetime
from typing import TYPE_CHECKING

from scripts.local.faults.sabotage import closed_gate, waiting_at_gate
from scripts.local.faults.trial import Ineffective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.local.faults.stand import Process
    from scripts.local.faults.trial import Fault, Trial, Watched

EXIT_SECONDS = 20
GIVE = "UPDATE debates.pgqueuer SET status = 'queued', queue_manager_id = NULL WHERE payload = $1"


async def _taken_over(trial: Trial, debates: Sequence[Watched], since: float) -> str:
    """Wait until another worker goes on with these debates; say how long that took at most."""
    again = [await trial.event(debate, "debate.started", attempt=2) for debate in debates]
    seconds = [datetime.fromisoformat(event["at"]).timestamp() - since for event in again]
    trial.takeover_seconds += seconds
    return f"attempt 2 seen in {len(debates)} within {max(seconds):.1f} s"


async def kill_in_mid_turn(trial: Trial) -> str:
    """Kill -9 the worker that owns a debate, while an agent speaks."""
    await trial.stand.workers(2)
    debates = await trial.start()
    await trial.event(debates[0], "turn.delta", turn=2)
    owner = await trial.owner(debates[0])
    owned = await trial.owned(owner)
    killed = time.time()
    owner.signal(signal.SIGKILL)
    evidence = await _taken_over(trial, owned, killed)
    if not await trial.events(debates[0], "turn.reset"):
        raise Ineffective("no turn began again: the kill came between turns")
    return evidence


async def kill_between_turns(trial: Trial) -> str:
    """Kill -9 the worker that owns a debate, when a turn is stored and the next is not."""
    await trial.stand.workers(2)
    debates = await trial.start()
    async with closed_gate(trial, "NEW.type = 'turn.started' AND NEW.data ->> 'turn' = '2'"):
        await trial.event(debates[0], "turn.completed", turn=1)
        await trial.until(lambda: waiting_at_gate(trial), "the next turn waiting to be stored")
        owner = await trial.owner(debates[0])
        owned = await trial.owned(owner)
        killed = time.time()
        owner.signal(signal.SIGKILL)
    evidence = await _taken_over(trial, owned, killed)
    if await trial.events(debates[0], "turn.reset"):
        raise Ineffective("a turn began again: the kill came in mid-turn")
    return evidence


async def freeze(trial: Trial) -> str:
    """Stop the worker that owns a debate (SIGSTOP) until another has it: the zombie writes nothing."""
    await trial.stand.workers(2)
    debates = await trial.start()
    await trial.event(debates[0], "turn.delta", turn=2)
    owner = await trial.owner(debates[0])
    owned = await trial.owned(owner)
    stopped = time.time()
    owner.signal(signal.SIGSTOP)
    try:
        evidence = await _taken_over(trial, owned, stopped)
    finally:
        owner.signal(signal.SIGCONT)
    return f"{evidence}, {await _refused(trial, owner, owned)}"


async def two_workers_on_one_job(trial: Trial) -> str:
    """Give a job to a second worker while the first still runs it."""
    await trial.stand.workers(2)
    debates = await trial.start(rounds=5)
    await trial.event(debates[0], "turn.delta", turn=2)
    owner = await trial.owner(debates[0])
    owner.signal(signal.SIGSTOP)  # or it might take the job again itself
    try:
        await trial.sql(GIVE, debates[0].id.bytes)
        await trial.event(debates[0], "debate.started", attempt=2)
    finally:
        owner.signal(signal.SIGCONT)
    return f"attempt 2 seen, {await _refused(trial, owner, debates[:1])}"


async def _refused(trial: Trial, worker: Process, debates: Sequence[Watched]) -> str:
    ids = {str(debate.id) for debate in debates}

    async def noticed() -> bool:
        lost = worker.said("debate lost: cancelled, or taken over by another worker")
        return ids <= {record["debate_id"] for record in lost}

    await trial.until(noticed, "the first worker refused by the fence")
    return f"fence refusal seen in {len(debates)}"


async def stop_under_load(trial: Trial) -> str:
    """Tell the worker that owns a debate to stop (SIGTERM): it hands its debates back, and exits with 0 in time."""
    await trial.stand.workers(2)
    debates = await trial.start()
    await trial.event(debates[0], "turn.delta", turn=2)
    owner = await trial.owner(debates[0])
    owned = await trial.owned(owner)
    told = time.time()
    owner.signal(signal.SIGTERM)
    evidence = await _taken_over(trial, owned, told)
    status = await asyncio.to_thread(owner.serving.child.wait, EXIT_SECONDS)
    if status != 0:
        raise Ineffective(f"the worker exited with {status}")
    return evidence


async def rolling_restart(trial: Trial) -> str:
    """Replace every worker while debates run, as a deployment does."""
    before = await trial.stand.workers(2)
    debates = await trial.start(rounds=4)
    await trial.event(debates[0], "turn.delta", turn=1)
    for number, worker in enumerate(before, start=1):
        await trial.stand.workers(2 + number)
        worker.signal(signal.SIGTERM)
        await asyncio.to_thread(worker.serving.child.wait, EXIT_SECONDS)
    restarted = [debate for debate in debates if len(await trial.events(debate, "debate.started")) > 1]
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
