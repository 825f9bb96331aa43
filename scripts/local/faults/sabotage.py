"""Have a database refuse, wait, or lose notifications, and count how often it did."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from scripts.local.faults.trial import Trial

INSTALL = Path(__file__).with_suffix(".sql").read_text("utf-8")


def install(url: str) -> None:
    """Make ready in a database; in force for whoever connects from now on."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(INSTALL)
        await connection.close()

    asyncio.run(run())


async def struck(trial: Trial) -> int:
    """Return how often something was refused or lost, ever."""
    return (await trial.sql("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM sabotage.struck"))[0][0]


@contextlib.asynccontextmanager
async def trigger(trial: Trial, when: str, does: str) -> AsyncGenerator[None]:
    """Have a function of sabotage.sql run before each event for which `when`, a condition on NEW, is true."""
    await trial.sql(
        f"CREATE TRIGGER sabotage BEFORE INSERT ON debates.events FOR EACH ROW WHEN ({when}) "
        f"EXECUTE FUNCTION sabotage.{does}"
    )
    try:
        yield
    finally:
        await trial.sql("DROP TRIGGER sabotage ON debates.events")


@contextlib.asynccontextmanager
async def closed_gate(trial: Trial, when: str) -> AsyncGenerator[None]:
    """Have statements wait that would write an event for which `when` is true; at the end, those fail."""
    connection = await asyncpg.connect(trial.stand.postgres.url)
    try:
        await connection.execute("SELECT pg_catalog.pg_advisory_lock(42)")
        async with trigger(trial, when, "gate()"):
            yield
            await trial.sql("SELECT pg_terminate_backend(pid) FROM sabotage.waiting")
    finally:
        await connection.close()


async def waiting_at_gate(trial: Trial) -> bool:
    """Say whether a statement waits."""
    return bool(await trial.sql("SELECT FROM sabotage.waiting"))


@contextlib.asynccontextmanager
async def silence(trial: Trial) -> AsyncGenerator[None]:
    """Lose every notification."""
    await trial.sql("UPDATE sabotage.silence SET muted = true")
    try:
        yield
    finally:
        await trial.sql("UPDATE sabotage.silence SET muted = false")
