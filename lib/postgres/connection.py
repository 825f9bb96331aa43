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


class Kept(asyncpg.Connection):
    """asyncpg's own, which the pool takes back as it is: nothing here changes a session, and that saves a round trip.

    A transaction that was left open is rolled back all the same.
    """

    def get_reset_query(self) -> str:
        """Reset nothing."""
        return ""


PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


@cache
def _positional(query: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with $1, $2, ... for its `:name`s, as PostgreSQL takes it, and the names in that order.

    databases would have SQLAlchemy do this anew each time, which takes longer than most statements themselves.
    """
    names = tuple(dict.fromkeys(PARAMETER.findall(query)))
    places = {name: f"${place}" for place, name in enumerate(names, start=1)}
    return PARAMETER.sub(lambda found: places[found[1]], query), names


class Connection:
    """A connection of the pool; `:name` in a statement takes the value of that name."""

    def __init__(self, raw_connection: Raw) -> None:
        """Run statements on asyncpg's own connection."""
        self.raw_connection = raw_connection

    async def fetch_all(self, query: str, values: Mapping[str, object]) -> list[Record]:
        """Return the rows."""
        sql, names = _positional(query)
        return await self.raw_connection.fetch(sql, *(values[name] for name in names))

    async def fetch_one(self, query: str, values: Mapping[str, object]) -> Record | None:
        """Return the first row, if there is one."""
        sql, names = _positional(query)
        return await self.raw_connection.fetchrow(sql, *(values[name] for name in names))

    async def execute(self, query: str, values: Mapping[str, object]) -> None:
        """Run a statement."""
        await self.fetch_one(query, values)
