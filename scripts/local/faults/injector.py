"""Make a database refuse or delay writes, or lose notifications, and count how often it did."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from scripts.local.faults import sql

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

INSTALL = Path(__file__).with_suffix(".sql").read_text("utf-8")
COUNT = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM injector.injected"


class Injector:
    """The functions and triggers of injector.sql in the database at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def install(self) -> None:
        """Create the schema `injector`; it acts on connections that are opened later."""
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(INSTALL)
        finally:
            await connection.close()

    async def count(self) -> int:
        """Return how many statements were refused and notifications lost since the installation."""
        return (await sql.fetch(self._url, COUNT))[0][0]

    @contextlib.asynccontextmanager
    async def refusing_events(self, condition: str, sqlstate: str) -> AsyncGenerator[None]:
        """Refuse to store each event for which `condition`, an SQL expression on NEW, is true."""
        async with self._trigger(condition, f"refuse('{sqlstate}')"):
            yield

    @contextlib.asynccontextmanager
    async def blocking_events(self, condition: str) -> AsyncGenerator[None]:
        """Make statements wait that store an event for which `condition` is true; cut their connections at the end."""
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute("SELECT pg_catalog.pg_advisory_lock(42)")
            async with self._trigger(condition, "wait()"):
                yield
                await sql.fetch(self._url, "SELECT pg_terminate_backend(pid) FROM injector.waiting")
        finally:
            await connection.close()

    async def is_blocking(self) -> bool:
        """Say whether a statement waits in `blocking_events`."""
        return bool(await sql.fetch(self._url, "SELECT FROM injector.waiting"))

    @contextlib.asynccontextmanager
    async def losing_notifications(self) -> AsyncGenerator[None]:
        """Lose every notification."""
        await sql.fetch(self._url, "UPDATE injector.notifications SET lost = true")
        try:
            yield
        finally:
            await sql.fetch(self._url, "UPDATE injector.notifications SET lost = false")

    @contextlib.asynccontextmanager
    async def _trigger(self, condition: str, function: str) -> AsyncGenerator[None]:
        await sql.fetch(
            self._url,
            f"CREATE TRIGGER injector BEFORE INSERT ON debates.events FOR EACH ROW WHEN ({condition}) "
            f"EXECUTE FUNCTION injector.{function}",
        )
        try:
            yield
        finally:
            await sql.fetch(self._url, "DROP TRIGGER injector ON debates.events")
