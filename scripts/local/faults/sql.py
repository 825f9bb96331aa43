"""Run SQL on a connection that no fault can break."""

from __future__ import annotations

import asyncpg


async def fetch(url: str, statement: str, *values: object) -> list[asyncpg.Record]:
    """Return the rows of a statement, run on a new connection whose name no fault looks for."""
    connection = await asyncpg.connect(url, server_settings={"application_name": "faults", "search_path": "pg_catalog"})
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()
