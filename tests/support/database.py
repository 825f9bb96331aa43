"""Run SQL on a test's database, to look at rows or to move them back in time."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg


def run(environment: dict[str, str], sql: str, *values: Any) -> list[asyncpg.Record]:
    """Run a statement on the database of this environment, and return its rows."""

    async def fetch() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(environment["DATABASE_URL"])
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    return asyncio.run(fetch())
