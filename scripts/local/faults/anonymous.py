"""Attacks of strangers on the process that serves clients: it may neither grow nor answer late."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx

from scripts.local import clerk
from scripts.local.faults import hostile
from scripts.local.faults.experiment import Ineffective

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.local.faults.experiment import Experiment, Fault

ATTACK_SECONDS = 5
MOST_GROWTH_MIB = 64
MOST_HEALTH_SECONDS = 0.5
QUANTILE = 0.99
PAUSE_SECONDS = 0.02


def _resident_mib(pid: int) -> float:
    found = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(found.stdout) / 1024


def _late_answer(url: str, has_ended: Callable[[], bool]) -> float:
    """Ask for /health until `has_ended`, and return the QUANTILE of the seconds that it took."""
    seconds: list[float] = []
    with httpx.Client(base_url=url, timeout=30) as http:
        while not has_ended() or not seconds:
            start = time.monotonic()
            http.get("/health").raise_for_status()
            seconds.append(time.monotonic() - start)
            time.sleep(PAUSE_SECONDS)
    return sorted(seconds)[int(len(seconds) * QUANTILE)]


def _fault(name: str) -> Fault:
    async def fault(experiment: Experiment) -> str:
        edge = experiment.deployment.edge
        await experiment.deployment.workers(1)
        await experiment.start(rounds=1)
        before = _resident_mib(edge.serving.pid)
        arguments = (name, edge.url, clerk.token(experiment.new_user()), str(ATTACK_SECONDS))
        command = (sys.executable, "-m", hostile.__name__, *arguments)
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        attack = asyncio.create_task(process.communicate())
        late = await asyncio.to_thread(_late_answer, edge.url, attack.done)
        connections = int((await attack)[0] or 0)
        growth = _resident_mib(edge.serving.pid) - before
        experiment.in_process.append(
            [f"grew by {growth:.0f} MiB"] * (growth > MOST_GROWTH_MIB)
            + [f"health answered in {late * 1000:.0f} ms"] * (late > MOST_HEALTH_SECONDS)
        )
        if not connections:
            raise Ineffective("no hostile connection came to its end")
        return f"{connections} connections, +{growth:.0f} MiB, /health p99 {late * 1000:.0f} ms"

    fault.__name__ = "anonymous_" + name.replace("-", "_")
    fault.__doc__ = f"Attack from {hostile.CONNECTIONS} connections at once: {name.replace('-', ' ')}."
    return fault


FAULTS: tuple[Fault, ...] = tuple(map(_fault, hostile.attacks("")))
