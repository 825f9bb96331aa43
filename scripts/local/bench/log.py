"""Compare PostgreSQL's CPU for an event of the log with that for a commit and a notification per event."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import count
from typing import TYPE_CHECKING

import asyncpg

from scripts.local.bench import cpu
from scripts.local.bench.event_writer import EventWriter, delta
from scripts.local.bench.figure import Figure, against, within
from scripts.local.bench.rounds import Behind, medians

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.event_log.appender import Appender
    from scripts.local.bench.bench import Bench

DEBATES, RATE, SECONDS = 100, 30, 2
COMMITS = 1_500
MICROSECONDS_TARGET, RATIO_TARGET = 15, 1 / 35
LATE = 1.25
TEXT = "Utilities lead the market "
PIDS = "SELECT pid FROM pg_stat_activity"
INSERT = "INSERT INTO debates.events (debate_id, seq, type, data) VALUES ($1, $2, 'turn.delta', $3)"
NOTIFY = "NOTIFY debates"
FIRST = 1_000_000_000


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield PostgreSQL's CPU for an event, with a hundred debates of thirty events a second."""
    with EventWriter(bench.environment) as writer:
        appenders = [writer.new_debate() for _ in range(bench.count(DEBATES))]
        numbers = count(2)
        taken = medians(
            {
                "log": lambda: _written(writer, appenders, bench.count(RATE * SECONDS)),
                "floor": lambda: writer.run(_committed(bench, appenders, numbers, bench.count(COMMITS))),
            },
            bench.rounds,
        )
    rate = len(appenders) * RATE
    yield within(f"log: PostgreSQL, an event at {rate:,}/s", "us CPU", taken["log"], MICROSECONDS_TARGET)
    note = "the floor is a commit and a notification for each event"
    metric = "log: PostgreSQL, an event beside a commit for each"
    yield against(metric, "us CPU", taken["log"], taken["floor"], RATIO_TARGET, note)


def _written(writer: EventWriter, appenders: list[Appender], ticks: int) -> float:
    """Write an event of each debate at each tick. Raises Behind if that took much longer than planned."""

    async def write(number: int) -> None:
        for appender in appenders:
            await appender.write(delta(number, TEXT))

    async def run() -> float:
        before, loop = await _cpu(writer), asyncio.get_running_loop()
        begin = loop.time()
        await writer.pace(ticks, RATE, write)
        for appender in appenders:
            await appender.flush()
        if loop.time() - begin > LATE * ticks / RATE + 1:
            raise Behind
        return (await _cpu(writer) - before) / (ticks * len(appenders)) * 1e6

    return writer.run(run())


async def _committed(bench: Bench, appenders: list[Appender], numbers: count[int], commits: int) -> float:
    """Commit this many events one by one, each debate on its own connection, without pauses."""
    async with contextlib.AsyncExitStack() as stack:
        connections: list[asyncpg.Connection] = []
        for _ in appenders:
            connections.append(await asyncpg.connect(bench.postgres.url))
            stack.push_async_callback(connections[-1].close)
        pids = [connection.get_server_pid() for connection in connections]
        before, each = sum(map(cpu.seconds, pids)), max(1, commits // len(appenders))

        async def commit(connection: asyncpg.Connection, appender: Appender) -> None:
            for _ in range(each):
                async with connection.transaction():
                    await connection.execute(INSERT, appender.debate_id, FIRST + next(numbers), f'{{"text": "{TEXT}"}}')
                    await connection.execute(NOTIFY)

        await asyncio.gather(*map(commit, connections, appenders))
        return (sum(map(cpu.seconds, pids)) - before) / (each * len(appenders)) * 1e6


async def _cpu(writer: EventWriter) -> float:
    """Return the seconds of CPU that all processes of PostgreSQL have used."""
    return sum([cpu.seconds(record["pid"]) for record in await writer.postgres.fetch_all(PIDS)])
