"""Compare PostgreSQL's work for an event of the log with that for a commit and a notification per event."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import count
from typing import TYPE_CHECKING

import asyncpg

from scripts.local.bench import cpu
from scripts.local.bench.author import Author, delta
from scripts.local.bench.figure import Figure, against, within
from scripts.local.bench.rounds import Behind, medians

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.event_log.appender import Appender
    from scripts.local.bench.ground import Ground

DEBATES, RATE, SECONDS = 100, 30, 2
COMMITS = 1_500
MICROSECONDS_TARGET, RATIO_TARGET = 15, 1 / 35
LATE = 1.25
TEXT = "Utilities lead the market "
PIDS = "SELECT pid FROM pg_stat_activity"
INSERT = "INSERT INTO debates.events (debate_id, seq, type, data) VALUES ($1, $2, 'turn.delta', $3)"
NOTIFY = "NOTIFY debates"
FIRST = 1_000_000_000


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield what an event costs PostgreSQL, with a hundred debates of thirty events a second."""
    with Author(ground.environment) as author:
        pens = [author.open() for _ in range(ground.count(DEBATES))]
        numbers = count(2)
        taken = medians(
            {
                "log": lambda: _written(author, pens, ground.count(RATE * SECONDS)),
                "floor": lambda: author.run(_committed(ground, pens, numbers, ground.count(COMMITS))),
            },
            ground.rounds,
        )
    rate = len(pens) * RATE
    yield within(f"log: PostgreSQL, an event at {rate:,}/s", "us CPU", taken["log"], MICROSECONDS_TARGET)
    note = "the floor is a commit and a notification for each event"
    metric = "log: PostgreSQL, an event beside a commit for each"
    yield against(metric, "us CPU", taken["log"], taken["floor"], RATIO_TARGET, note)


def _written(author: Author, pens: list[Appender], ticks: int) -> float:
    """Write an event of each debate at each tick. Raises Behind where that took much longer than it should."""

    async def write(number: int) -> None:
        for pen in pens:
            await pen.write(delta(number, TEXT))

    async def run() -> float:
        before, loop = await _cpu(author), asyncio.get_running_loop()
        begin = loop.time()
        await author.pace(ticks, RATE, write)
        for pen in pens:
            await pen.flush()
        if loop.time() - begin > LATE * ticks / RATE + 1:
            raise Behind
        return (await _cpu(author) - before) / (ticks * len(pens)) * 1e6

    return author.run(run())


async def _committed(ground: Ground, pens: list[Appender], numbers: count[int], commits: int) -> float:
    """Commit as many events one by one, each debate on a connection of its own, as fast as PostgreSQL takes them."""
    async with contextlib.AsyncExitStack() as stack:
        connections: list[asyncpg.Connection] = []
        for _ in pens:
            connections.append(await asyncpg.connect(ground.postgres.url))
            stack.push_async_callback(connections[-1].close)
        pids = [connection.get_server_pid() for connection in connections]
        before, each = sum(map(cpu.seconds, pids)), max(1, commits // len(pens))

        async def commit(connection: asyncpg.Connection, pen: Appender) -> None:
            for _ in range(each):
                async with connection.transaction():
                    await connection.execute(INSERT, pen.debate_id, FIRST + next(numbers), f'{{"text": "{TEXT}"}}')
                    await connection.execute(NOTIFY)

        await asyncio.gather(*map(commit, connections, pens))
        return (sum(map(cpu.seconds, pids)) - before) / (each * len(pens)) * 1e6


async def _cpu(author: Author) -> float:
    """Return the seconds of CPU that all processes of PostgreSQL have had."""
    return sum([cpu.seconds(record["pid"]) for record in await author.postgres.fetch_all(PIDS)])
