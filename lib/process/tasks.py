"""Run tasks for as long as a context."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

LEAVE_SECONDS = 3.0
"""How long cancelled tasks may take to end before they are left behind."""

log = logging.getLogger("tasks")


def _stop_process(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("a task that must last has died; this process stops", exc_info=error)
        signal.raise_signal(signal.SIGTERM)


@contextlib.asynccontextmanager
async def lasting(*coroutines: Coroutine[None, None, None]) -> AsyncGenerator[None]:
    """Run the coroutines until the context ends, then cancel and await them.

    One that raises stops the process by SIGTERM, and is raised again at the end of the context.
    """
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    for task in tasks:
        task.add_done_callback(_stop_process)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        done, stuck = await asyncio.wait(tasks, timeout=LEAVE_SECONDS)
        if stuck:
            log.critical("tasks do not end; left behind", extra={"tasks": len(stuck)})
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
