"""Faults of those who ask, and of the process that answers them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import asyncpg

from scripts.local import clerk
from scripts.local.faults.trial import Ineffective

if TYPE_CHECKING:
    from scripts.local.faults.trial import Fault, Trial

CLIENT = """
import http.client, sys
host, token, body = sys.argv[1:]
connection = http.client.HTTPConnection(host)
connection.request("POST", "/debate-start", body, {"Authorization": token, "Content-Type": "application/json"})
print("sent", flush=True)
connection.getresponse()
"""
SPREAD_SECONDS = 2.0
WAITING = """
SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE relation = 'debates.debates'::regclass AND NOT granted AND query LIKE '%INSERT INTO debates.debates%'
"""


def _client(trial: Trial, user: str) -> subprocess.Popen[bytes]:
    host = trial.stand.edge.url.removeprefix("http://")
    arguments = (host, f"Bearer {clerk.token(user)}", json.dumps(trial.request(1)))
    return subprocess.Popen([sys.executable, "-c", CLIENT, *arguments], stdout=subprocess.PIPE)


def _kill_when_sent(client: subprocess.Popen[bytes]) -> None:
    with client:
        if client.stdout is None or not client.stdout.readline():
            raise Ineffective("a client ended before it had sent its request")
        client.kill()


async def kill_the_client(trial: Trial) -> str:
    """Kill a client between its request and the answer of debate-start: the debate runs to its end."""
    await trial.stand.workers(1)
    users = [trial.new_user() for _ in range(trial.debates)]
    answered = trial.stand.edge.answered("/debate-start")
    holding = await asyncpg.connect(trial.stand.postgres.url)
    try:
        async with holding.transaction():
            await holding.execute("LOCK TABLE debates.debates IN EXCLUSIVE MODE")
            await asyncio.gather(*(asyncio.to_thread(_kill_when_sent, _client(trial, user)) for user in users))
            await trial.until(lambda: trial.sql(WAITING), "a request that waits for the database")
    finally:
        await holding.close()

    async def all_answered() -> bool:
        return trial.stand.edge.answered("/debate-start") == answered + len(users)

    await trial.until(all_answered, "an answer for every client that is gone")
    started = [await trial.adopt(user) for user in users]
    if not any(started):
        raise Ineffective("no request was under way when its client was killed")
    return f"{sum(started)} requests under way"


async def cancel(trial: Trial) -> str:
    """Cancel debates at one moment after the other, each by two callers at once."""
    await trial.stand.workers(2)
    debates = await trial.start(rounds=1)
    await trial.event(debates[0], "debate.started")

    async def cancel(number: int) -> bool:
        await asyncio.sleep(SPREAD_SECONDS * number / len(debates))
        statuses = set(await asyncio.gather(*(trial.cancel(debates[number]) for _ in range(2))))
        debates[number].ending = "debate.cancelled" if statuses == {202} else "debate.completed"
        return statuses == {202}

    cancelled = sum(await asyncio.gather(*(cancel(number) for number in range(len(debates)))))
    if not cancelled:
        raise Ineffective("every debate had ended before")
    return f"{cancelled} cancelled"


async def restart_the_edge(trial: Trial) -> str:
    """Replace the process that streams: its viewers are told to come again, and go on where they were."""
    await trial.stand.workers(2)
    debates = await trial.start()
    await trial.event(debates[0], "turn.delta", turn=1)
    reconnects = await asyncio.to_thread(trial.stand.restart_edge)
    if not reconnects:
        raise Ineffective("nobody was watching")
    return f"{reconnects} streams ended"


FAULTS: tuple[Fault, ...] = (kill_the_client, cancel, restart_the_edge)
