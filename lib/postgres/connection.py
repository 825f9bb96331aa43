"""Run statements on one connection."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from collections.abc import Mapping

Raw = asyncpg.Connection
Pool = asyncpg.Pool
Record = asyncpg.Record


class UnresetConnection(asyncpg.Connection):
    """asyncpg's connection without the RESET on its return to a pool, which saves a round trip.

    No statement of lib changes session state. asyncpg still rolls back a transaction that was left open.
    """

    def get_reset_query(self) -> str:
        """Return no statement."""
        return ""


PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


@cache
def _positional(query: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with $1, $2, ... in place of each `:name`, and the names in that order.

    databases has SQLAlchemy do the same at each call, which takes longer than most of the statements.
    """
    names = tuple(dict.fromkeys(PARAMETER.findall(query)))
    places = {name: f"${place}" for place, name in enumerate(names, start=1)}
    return PARAMETER.sub(lambda found: places[found[1]], query), names


class Connection:
    """Runs statements on asyncpg's connection; `:name` in a statement takes the value of that name."""

    def __init__(self, raw_connection: Raw) -> None:
        self.raw_connection = raw_connection

    async def fetch_all(self, query: str, values: Mapping[str, object]) -> list[Record]:
        """Return all rows."""
        sql, names = _positional(query)
        return await self.raw_connection.fetch(sql, *(values[name] for name in names))

    async def fetch_one(self, query: str, values: Mapping[str, object]) -> Record | None:
        """Return the first row, or None."""
        sql, names = _positional(query)
        return await self.raw_connection.fetchrow(sql, *(values[name] for name in names))

    async def execute(self, query: str, values: Mapping[str, object]) -> None:
        """Run a statement for its effect."""
        await self.fetch_one(query, values)
