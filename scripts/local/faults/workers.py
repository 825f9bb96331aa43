"""Faults of the processes that run debates."""

from __future__ import annotations

import signal
import time
from datetime import datetime
from typing import TYPE_CHECKING

from scripts.local.faults.trial import Ineffective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.local.faults.trial import Fault, Trial, Watched


async def taken_over(trial: Trial, debates: Sequence[Watched], since: float) -> str:
    """Wait until another worker goes on with these debates, and note how long that took."""
    for debate in debates:
        again = await trial.event(debate, "debate.started", attempt=2)
        trial.takeovers.append(datetime.fromisoformat(again["at"]).timestamp() - since)
    return f"attempt 2 seen in {len(debates)}"


async def kill_in_mid_turn(trial: Trial) -> str:
    """Kill -9 of the worker that owns a debate, while an agent speaks."""
    await trial.stand.workers(2)
    debates = await trial.start()
    await trial.event(debates[0], "turn.delta", turn=2)
    owner = await trial.owner(debates[0])
    owned = await trial.owned(owner)
    killed = time.time()
    owner.signal(signal.SIGKILL)
    evidence = await taken_over(trial, owned, killed)
    if not [event for event in await trial.log(debates[0]) if event["type"] == "turn.reset"]:
        raise Ineffective("no turn was begun again: the kill came between turns")
    return evidence


FAULTS: tuple[Fault, ...] = (kill_in_mid_turn,)
