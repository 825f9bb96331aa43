"""Limit the debates that each user may start."""

from __future__ import annotations

import asyncio
import contextlib
import math
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from lib.contract.caller import Owner
from lib.contract.problems import TooManyRequests
from lib.postgres.statements import statements
from lib.process.environment import Variable, whole
from lib.process.resource import Resource

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

LIVE_SECONDS = 15.0
"""Retry-After where a debate must end first: when it does is not known."""

DETAILS = {
    "live": "You have as many debates under way as you may; wait until one ends, or cancel one.",
    "starts-per-minute": "You started as many debates within a minute as you may; wait a little.",
    "starts-per-day": "You started as many debates within a day as you may; come back later.",
    "tokens-per-day": "Your debates used as many tokens within a day as they may; come back later.",
}

SQL = statements(__file__)


class DebateLimits(Resource):
    """The limits of debate-start and debate-chat, counted in PostgreSQL, so that they hold across processes."""

    variables = (DEBATE_MAX_LIVE, DEBATE_STARTS_PER_MINUTE, DEBATE_STARTS_PER_DAY, DEBATE_TOKENS_PER_DAY)

    def __init__(self, environ: Mapping[str, str], postgres: Postgres) -> None:
        """Read the limits from the environment."""
        self._postgres = postgres
        self._live = DEBATE_MAX_LIVE.read(environ)
        self._windows = {
            "starts_per_minute": DEBATE_STARTS_PER_MINUTE.read(environ),
            "starts_per_day": DEBATE_STARTS_PER_DAY.read(environ),
            "tokens_per_day": DEBATE_TOKENS_PER_DAY.read(environ),
        }
        self._locks = WeakValueDictionary[Owner, asyncio.Lock]()

    @contextlib.asynccontextmanager
    async def exclusive(self, caller: Caller) -> AsyncGenerator[Connection]:
        """Lend a transaction; no other start of the same owner runs until it ends. Raises Unavailable.

        A start that waits for another one in this process holds no connection, so that a burst of one user's starts
        does not empty the pool.
        """
        lock = self._locks.setdefault(caller.owner, asyncio.Lock())
        async with lock, self._postgres.transaction() as connection:
            await connection.execute(SQL["lock"], caller.owner._asdict())
            yield connection

    async def check(self, connection: Connection, caller: Caller) -> int:
        """Return the number of the caller's live debates. Raises TooManyRequests where no other may be started."""
        values = {**caller.owner._asdict(), **self._windows}
        reached = await connection.fetch_one(SQL["reached"], values)
        if reached is None:
            raise RuntimeError("SELECT returned no row")
        live: int = reached["live"]
        waits = {reason: reached[reason.replace("-", "_")] for reason in DETAILS.keys() - {"live"}}
        waits["live"] = LIVE_SECONDS if live >= self._live else None
        seconds = {reason: wait for reason, wait in waits.items() if wait is not None}
        if seconds:
            reason = max(seconds, key=lambda reason: seconds[reason])
            headers = {"Retry-After": str(max(1, math.ceil(seconds[reason])))}
            raise TooManyRequests(DETAILS[reason], reason=reason, headers=headers)
        return live


build = DebateLimits
