"""Faults of clients, and of the process that serves them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import asyncpg

from scripts.local import clerk
from scripts.local.faults.experiment import Ineffective

if TYPE_CHECKING:
    from scripts.local.faults.experiment import Experiment, Fault

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


def _client(experiment: Experiment, user: str) -> subprocess.Popen[bytes]:
    host = experiment.deployment.edge.url.removeprefix("http://")
    arguments = (host, f"Bearer {clerk.token(user)}", json.dumps(experiment.request(1)))
    return subprocess.Popen([sys.executable, "-c", CLIENT, *arguments], stdout=subprocess.PIPE)


def _kill_when_sent(client: subprocess.Popen[bytes]) -> None:
    with client:
        if client.stdout is None or not client.stdout.readline():
            raise Ineffective("a client ended before it had sent its request")
        client.kill()


async def kill_the_client(experiment: Experiment) -> str:
    """Kill a client between its request to debate-start and the answer: the debate runs to its end."""
    await experiment.deployment.workers(1)
    users = [experiment.new_user() for _ in range(experiment.debates)]
    answered = experiment.deployment.edge.answered("/debate-start")
    blocker = await asyncpg.connect(experiment.deployment.postgres.url)
    try:
        async with blocker.transaction():
            await blocker.execute("LOCK TABLE debates.debates IN EXCLUSIVE MODE")
            await asyncio.gather(*(asyncio.to_thread(_kill_when_sent, _client(experiment, user)) for user in users))
            await experiment.until(lambda: experiment.sql(WAITING), "a request that waits for the database")
    finally:
        await blocker.close()

    async def all_answered() -> bool:
        return experiment.deployment.edge.answered("/debate-start") == answered + len(users)

    await experiment.until(all_answered, "an answer for every client that is gone")
    started = [await experiment.adopt(user) for user in users]
    if not any(started):
        raise Ineffective("no request was under way when its client was killed")
    return f"{sum(started)} requests under way"


async def cancel(experiment: Experiment) -> str:
    """Cancel debates at different moments, each by two requests at once."""
    await experiment.deployment.workers(2)
    debates = await experiment.start(rounds=1)
    await experiment.event(debates[0], "debate.started")

    async def cancel(number: int) -> bool:
        await asyncio.sleep(SPREAD_SECONDS * number / len(debates))
        statuses = set(await asyncio.gather(*(experiment.cancel(debates[number]) for _ in range(2))))
        debates[number].ending = "debate.cancelled" if statuses == {202} else "debate.completed"
        return statuses == {202}

    cancelled = sum(await asyncio.gather(*(cancel(number) for number in range(len(debates)))))
    if not cancelled:
        raise Ineffective("every debate had ended before")
    return f"{cancelled} cancelled"


async def restart_the_edge(experiment: Experiment) -> str:
    """Restart the process that streams: its viewers reconnect and resume."""
    await experiment.deployment.workers(2)
    debates = await experiment.start()
    await experiment.event(debates[0], "turn.delta", turn=1)
    reconnects = await asyncio.to_thread(experiment.deployment.restart_edge)
    if not reconnects:
        raise Ineffective("nobody was watching")
    return f"{reconnects} streams ended"


FAULTS: tuple[Fault, ...] = (kill_the_client, cancel, restart_the_edge)
