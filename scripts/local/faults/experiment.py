"""One fault, injected once: start debates, watch them to their end, and check the invariants."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

import httpx

from scripts.local import client, websocket
from scripts.local.faults import sql
from scripts.local.faults.deployment import POLL_SECONDS
from scripts.local.faults.invariants import Event, violations

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    import asyncpg

    from scripts.local.faults.deployment import Deployment, Process

T = TypeVar("T")

EFFECT_SECONDS = 60
END_SECONDS = 150
VIEWERS = 2
"""Each debate is followed by an event stream and by a WebSocket."""

TEXT = "Utilities lead the market by 3% while lumber lags gold by 7%. Credit is calm. The Fed may pause in December."

EVENTS = """
SELECT seq, type, data, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
FROM debates.events WHERE debate_id = $1 ORDER BY seq
"""


class Ineffective(Exception):
    """The fault had no effect; the message says what was not seen."""


@dataclass(eq=False)
class WatchedDebate:
    """A debate with the events that each of its viewers will have seen; `ending` is the terminal event it must have."""

    id: UUID
    user: str
    viewers: Sequence[asyncio.Future[list[Event]]]
    ending: str = "debate.completed"


@dataclass
class Experiment:
    """The debates of one experiment.

    `in_process` has a list of violations for each debate that the fault ran in this process.
    """

    deployment: Deployment
    debates: int
    http: httpx.Client
    viewers: ThreadPoolExecutor
    watched: list[WatchedDebate] = field(default_factory=list[WatchedDebate])
    in_process: list[list[str]] = field(default_factory=list[list[str]])
    takeover_seconds: list[float] = field(default_factory=list[float])

    async def start(self, rounds: int = 2) -> list[WatchedDebate]:
        """Start the debates, each of a new user."""
        return [await self.start_one(rounds) for _ in range(self.debates)]

    async def start_one(self, rounds: int = 2) -> WatchedDebate:
        """Start a debate, and follow it by clients that resume."""
        user = self.new_user()
        debate = await asyncio.to_thread(client.start, self.http, self.request(rounds), user)
        return self._watch(UUID(debate["id"]), user)

    async def adopt(self, user: str) -> int:
        """Follow all debates of a user; return how many there are."""
        records = await self.sql("SELECT id FROM debates.debates WHERE user_id = $1", user)
        for record in records:
            self._watch(UUID(str(record["id"])), user)
        return len(records)

    def _watch(self, debate_id: UUID, user: str) -> WatchedDebate:
        debate = {"stream_url": f"/debate-stream/{debate_id}"}
        followed = (client.follow(self.http, debate, user), websocket.follow(str(self.http.base_url), debate, user))
        viewers = [asyncio.wrap_future(self.viewers.submit(list[Event], events)) for events in followed]
        self.watched.append(WatchedDebate(debate_id, user, viewers))
        return self.watched[-1]

    async def cancel(self, debate: WatchedDebate) -> int:
        """Cancel a debate, and return the answer's status."""
        return await asyncio.to_thread(client.cancel, self.http, str(debate.id), debate.user)

    def new_user(self) -> str:
        """Return the id of a user without debates, so that limits do not count those of other experiments."""
        return f"user_{secrets.token_hex(8)}"

    def request(self, rounds: int) -> dict[str, object]:
        """Return a body for debate-start."""
        return {"content": {"type": "text", "title": "Utilities lead", "text": TEXT}, "rounds": rounds}

    async def sql(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Return the rows of a statement on the deployment's database."""
        return await sql.fetch(self.deployment.postgres.url, statement, *values)

    async def log(self, debate: WatchedDebate) -> list[Event]:
        """Return a debate's events from the database."""
        records = await self.sql(EVENTS, debate.id)
        return [
            {"seq": record["seq"], "debate_id": str(debate.id), "at": record["at"], "type": record["type"]}
            | json.loads(record["data"])
            for record in records
        ]

    async def until(self, true: Callable[[], Awaitable[T | None]], what: str) -> T:
        """Poll `true` until its answer is true, and return that. Raises Ineffective after EFFECT_SECONDS."""
        deadline = time.monotonic() + EFFECT_SECONDS
        while not (answer := await true()):
            if time.monotonic() > deadline:
                raise Ineffective(f"never seen: {what}")
            await asyncio.sleep(POLL_SECONDS)
        return answer

    async def events(self, debate: WatchedDebate, kind: str) -> list[Event]:
        """Return the events of this type that a debate has so far."""
        return [event for event in await self.log(debate) if event["type"] == kind]

    async def event(self, debate: WatchedDebate, kind: str, **members: object) -> Event:
        """Wait until a debate has an event of this type with these members, and return it."""

        async def found() -> Event | None:
            events = await self.events(debate, kind)
            return next((event for event in events if members.items() <= event.items()), None)

        return await self.until(found, f"{kind} {members or ''}")

    async def owner(self, debate: WatchedDebate) -> Process:
        """Wait until a worker has taken a debate's job, and return that worker."""

        async def found() -> Process | None:
            records = await self.sql(
                "SELECT queue_manager_id FROM debates.pgqueuer WHERE payload = $1 AND status = 'picked'",
                debate.id.bytes,
            )
            names = {str(record["queue_manager_id"]) for record in records}
            return next((worker for worker in self.deployment.alive if worker.names & names), None)

        return await self.until(found, "a worker that owns the debate")

    async def owned(self, owner: Process) -> list[WatchedDebate]:
        """Return the debates whose jobs this worker has taken."""
        records = await self.sql("SELECT queue_manager_id, payload FROM debates.pgqueuer WHERE status = 'picked'")
        names = owner.names
        taken = {record["payload"] for record in records if str(record["queue_manager_id"]) in names}
        return [debate for debate in self.watched if debate.id.bytes in taken]

    async def outcome(self) -> tuple[list[str], list[str]]:
        """Wait for the end of every debate; return a line for each lost debate, and a line for each other complaint."""
        found = [*[await self._violations(debate) for debate in self.watched], *self.in_process]
        try:
            await self.until(self._queue_empty, "an empty queue")
        except Ineffective:
            left = ["a job is left in the queue"]
        else:
            left = []
        return [f"debate {n}: {'; '.join(broken)}" for n, broken in enumerate(found, 1) if broken], left

    async def _queue_empty(self) -> bool:
        return not await self.sql("SELECT FROM debates.pgqueuer LIMIT 1")

    async def _violations(self, debate: WatchedDebate) -> list[str]:
        try:
            async with asyncio.timeout(END_SECONDS):
                seen = [await asyncio.shield(viewer) for viewer in debate.viewers]
        except (TimeoutError, httpx.TransportError, client.Refused) as error:
            return [f"a viewer did not reach the end ({type(error).__name__}: {error})"]
        rows = await self.sql("SELECT status FROM debates.debates WHERE id = $1", debate.id)
        return violations(await self.log(debate), seen, debate.ending, rows[0]["status"])


class Fault(Protocol):
    """A function that injects a fault into an experiment's debates; its docstring describes the fault.

    It returns the evidence that the fault had an effect. Raises Ineffective.
    """

    __name__: str

    async def __call__(self, experiment: Experiment, /) -> str:
        """Start debates and inject the fault."""
        ...


@contextlib.asynccontextmanager
async def experimenting(deployment: Deployment, debates: int) -> AsyncGenerator[Experiment]:
    """Open an Experiment."""
    limits = httpx.Limits(max_connections=None)
    with (
        httpx.Client(base_url=deployment.edge.url, limits=limits) as http,
        ThreadPoolExecutor(VIEWERS * (debates + 1)) as viewers,
    ):
        yield Experiment(deployment, debates, http, viewers)
