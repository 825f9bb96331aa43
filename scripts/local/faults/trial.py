"""Try one fault once: start debates and watch them, let the fault strike, and look at what is left."""

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

import asyncpg
import httpx

from scripts.local import client, websocket
from scripts.local.faults.invariants import Event, broken
from scripts.local.faults.stand import LOOK_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from scripts.local.faults.stand import Process, Stand

T = TypeVar("T")

PATIENCE_SECONDS = 60
END_SECONDS = 150
WAYS = 2
"""How a debate can be followed: by an event stream, and by a WebSocket."""

TEXT = "Utilities lead the market by 3% while lumber lags gold by 7%. Credit is calm. The Fed may pause in December."

EVENTS = """
SELECT seq, type, data, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
FROM debates.events WHERE debate_id = $1 ORDER BY seq
"""


class Ineffective(Exception):
    """The fault did not strike: the message says what was not seen."""


@dataclass(eq=False)
class Watched:
    """A debate, and who follows it in each way there is; `ending` is the terminal event it should have."""

    id: UUID
    user: str
    viewers: Sequence[asyncio.Future[list[Event]]]
    ending: str = "debate.completed"


@dataclass
class Trial:
    """One fault, tried once on some debates.

    `held` has a list for each debate that the fault held by itself, and judged: what does not hold of it.
    """

    stand: Stand
    debates: int
    http: httpx.Client
    viewers: ThreadPoolExecutor
    watched: list[Watched] = field(default_factory=list[Watched])
    held: list[list[str]] = field(default_factory=list[list[str]])
    takeover_seconds: list[float] = field(default_factory=list[float])

    async def start(self, rounds: int = 2) -> list[Watched]:
        """Start the debates, each of a user of its own."""
        return [await self.start_one(rounds) for _ in range(self.debates)]

    async def start_one(self, rounds: int = 2) -> Watched:
        """Start a debate, and follow it as clients do that resume by themselves."""
        user = self.new_user()
        debate = await asyncio.to_thread(client.start, self.http, self.request(rounds), user)
        return self._watch(UUID(debate["id"]), user)

    async def adopt(self, user: str) -> int:
        """Follow the debates of a user that the database has; return how many."""
        records = await self.sql("SELECT id FROM debates.debates WHERE user_id = $1", user)
        for record in records:
            self._watch(UUID(str(record["id"])), user)
        return len(records)

    def _watch(self, debate_id: UUID, user: str) -> Watched:
        debate = {"stream_url": f"/debate-stream/{debate_id}"}
        ways = (client.follow(self.http, debate, user), websocket.follow(str(self.http.base_url), debate, user))
        viewers = [asyncio.wrap_future(self.viewers.submit(list[Event], way)) for way in ways]
        self.watched.append(Watched(debate_id, user, viewers))
        return self.watched[-1]

    async def cancel(self, debate: Watched) -> int:
        """Cancel a debate, and return the answer's status."""
        return await asyncio.to_thread(client.cancel, self.http, str(debate.id), debate.user)

    def new_user(self) -> str:
        """Return a user that has no debate yet, so that no limit counts those of other trials."""
        return f"user_{secrets.token_hex(8)}"

    def request(self, rounds: int) -> dict[str, object]:
        """Return a body for debate-start."""
        return {"content": {"type": "text", "title": "Utilities lead", "text": TEXT}, "rounds": rounds}

    async def sql(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Run a statement on a connection of its own, so that no fault can be in its way."""
        connection = await asyncpg.connect(
            self.stand.postgres.url, server_settings={"application_name": "faults", "search_path": "pg_catalog"}
        )
        try:
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()

    async def log(self, debate: Watched) -> list[Event]:
        """Return a debate's events as the database has them."""
        records = await self.sql(EVENTS, debate.id)
        return [
            {"seq": record["seq"], "debate_id": str(debate.id), "at": record["at"], "type": record["type"]}
            | json.loads(record["data"])
            for record in records
        ]

    async def until(self, true: Callable[[], Awaitable[T | None]], what: str) -> T:
        """Return the first answer that is true. Raises Ineffective where there is none in a long time."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (answer := await true()):
            if time.monotonic() > deadline:
                raise Ineffective(f"never seen: {what}")
            await asyncio.sleep(LOOK_SECONDS)
        return answer

    async def events(self, debate: Watched, kind: str) -> list[Event]:
        """Return the events of this type that a debate has by now."""
        return [event for event in await self.log(debate) if event["type"] == kind]

    async def event(self, debate: Watched, kind: str, **members: object) -> Event:
        """Wait until a debate has an event of this type with these members, and return it."""

        async def found() -> Event | None:
            events = await self.events(debate, kind)
            return next((event for event in events if members.items() <= event.items()), None)

        return await self.until(found, f"{kind} {members or ''}")

    async def owner(self, debate: Watched) -> Process:
        """Return the worker that the row of a debate's job names."""

        async def found() -> Process | None:
            records = await self.sql(
                "SELECT queue_manager_id FROM debates.pgqueuer WHERE payload = $1 AND status = 'picked'",
                debate.id.bytes,
            )
            names = {str(record["queue_manager_id"]) for record in records}
            return next((worker for worker in self.stand.alive if worker.names & names), None)

        return await self.until(found, "a worker that owns the debate")

    async def owned(self, owner: Process) -> list[Watched]:
        """Return those of the debates that the rows say this worker has."""
        records = await self.sql("SELECT queue_manager_id, payload FROM debates.pgqueuer WHERE status = 'picked'")
        names = owner.names
        taken = {record["payload"] for record in records if str(record["queue_manager_id"]) in names}
        return [debate for debate in self.watched if debate.id.bytes in taken]

    async def outcome(self) -> tuple[list[str], list[str]]:
        """Wait for the end of every debate; return what does not hold, a line a debate, and what else is left over."""
        faults = [*[await self._broken(debate) for debate in self.watched], *self.held]
        try:
            await self.until(self._queue_empty, "an empty queue")
        except Ineffective:
            left = ["a row is left in the queue"]
        else:
            left = []
        return [f"debate {n}: {'; '.join(fault)}" for n, fault in enumerate(faults, 1) if fault], left

    async def _queue_empty(self) -> bool:
        return not await self.sql("SELECT FROM debates.pgqueuer LIMIT 1")

    async def _broken(self, debate: Watched) -> list[str]:
        try:
            async with asyncio.timeout(END_SECONDS):
                seen = [await asyncio.shield(viewer) for viewer in debate.viewers]
        except (TimeoutError, httpx.TransportError, client.Refused) as error:
            return [f"a viewer never came to the end ({type(error).__name__}: {error})"]
        rows = await self.sql("SELECT status FROM debates.debates WHERE id = $1", debate.id)
        return broken(await self.log(debate), seen, debate.ending, rows[0]["status"])


class Fault(Protocol):
    """Strikes the debates of a trial; its docstring says how.

    Returns what shows that it struck. Raises Ineffective.
    """

    __name__: str

    async def __call__(self, trial: Trial, /) -> str:
        """Start debates, and break what they stand on."""
        ...


@contextlib.asynccontextmanager
async def trial(stand: Stand, debates: int) -> AsyncGenerator[Trial]:
    """Make ready for one fault."""
    limits = httpx.Limits(max_connections=None)
    with (
        httpx.Client(base_url=stand.edge.url, limits=limits) as http,
        ThreadPoolExecutor(WAYS * (debates + 1)) as viewers,
    ):
        yield Trial(stand, debates, http, viewers)
