"""Hold each user to what one may start."""

from __future__ import annotations

import asyncio
import contextlib
import math
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from lib.contract.problems import TooManyRequests
from lib.postgres.statements import statements
from lib.process.environment import Variable, whole

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from lib.contract.caller import Caller
    from lib.postgres.connection import Connection
    from lib.postgres.pool import Postgres

MANY = 1_000_000
"""The highest number that a limit of debates may be set to."""

DEBATE_MAX_LIVE = Variable("DEBATE_MAX_LIVE", "The most debates that a user may have live at once", whole(1, MANY), 3)
DEBATE_STARTS_PER_MINUTE = Variable(
    "DEBATE_STARTS_PER_MINUTE", "The most debates that a user may start in a minute", whole(1, MANY), 10
)
DEBATE_STARTS_PER_DAY = Variable(
    "DEBATE_STARTS_PER_DAY", "The most debates that a user may start in a day", whole(1, MANY), 50
)
DEBATE_TOKENS_PER_DAY = Variable(
    "DEBATE_TOKENS_PER_DAY",
    "The tokens after which a user may start no debate for a day; no limit where empty",
    whole(1, 10**12),
    None,
)
VARIABLES = (DEBATE_MAX_LIVE, DEBATE_STARTS_PER_MINUTE, DEBATE_STARTS_PER_DAY, DEBATE_TOKENS_PER_DAY)

LIVE_SECONDS = 15.0
"""When to come again where a debate must end first: nobody knows when it does."""

DETAILS = {
    "live": "You have as many debates under way as you may; wait until one ends, or cancel one.",
    "starts-per-minute": "You started as many debates within a minute as you may; wait a little.",
    "starts-per-day": "You started as many debates within a day as you may; come back later.",
    "tokens-per-day": "Your debates used as many tokens within a day as they may; come back later.",
}

SQL = statements(__file__)


class Limits:
    """What one user may start, counted in PostgreSQL, so that it holds across processes."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read the limits."""
        self._live = DEBATE_MAX_LIVE.read(environ)
        self._windows = {
            "starts_per_minute": DEBATE_STARTS_PER_MINUTE.read(environ),
            "starts_per_day": DEBATE_STARTS_PER_DAY.read(environ),
            "tokens_per_day": DEBATE_TOKENS_PER_DAY.read(environ),
        }
        self._locks = WeakValueDictionary[tuple[str, str], asyncio.Lock]()

    @contextlib.asynccontextmanager
    async def alone(self, postgres: Postgres, caller: Caller) -> AsyncGenerator[Connection]:
        """Lend a transaction in which nothing else of this user starts. Raises Unavailable.

        Who waits for another start in this process holds no connection, so that one user's burst leaves the pool alone.
        """
        lock = self._locks.setdefault((caller.issuer, caller.user_id), asyncio.Lock())
        async with lock, postgres.transaction() as connection:
            await connection.execute(SQL["lock"], {"issuer": caller.issuer, "user_id": caller.user_id})
            yield connection

    async def check(self, connection: Connection, caller: Caller) -> int:
        """Return how many debates the user has live. Raises TooManyRequests where one more is too many."""
        values = {"issuer": caller.issuer, "user_id": caller.user_id, **self._windows}
        standing = await connection.fetch_one(SQL["standing"], values)
        if standing is None:
            raise RuntimeError("SELECT returned no row")
        live: int = standing["live"]
        waits = {reason: standing[reason.replace("-", "_")] for reason in DETAILS.keys() - {"live"}}
        waits["live"] = LIVE_SECONDS if live >= self._live else None
        reached = {reason: seconds for reason, seconds in waits.items() if seconds is not None}
        if reached:
            reason = max(reached, key=lambda reason: reached[reason])
            wait = {"Retry-After": str(max(1, math.ceil(reached[reason])))}
            raise TooManyRequests(DETAILS[reason], reason=reason, headers=wait)
        return live
