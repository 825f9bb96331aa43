"""Reach PostgreSQL: a pool, transactions, and the one connection that listens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, cast
from urllib.parse import urlsplit

import asyncpg
from databases import Database
from tenacity import AsyncRetrying, before_sleep_log, retry_if_exception_type, wait_random_exponential

from lib.environment import Variable, whole
from lib.problems import Unavailable
from lib.resource import Resource

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping
    from types import TracebackType

    from databases.interfaces import Record

    from lib.resource import State

Pool = asyncpg.Pool
Raw = asyncpg.Connection


class Connection(Protocol):
    """A connection of the pool; `:name` in a statement takes the value of that name."""

    @property
    def raw_connection(self) -> Raw:
        """Return asyncpg's own."""
        ...

    async def fetch_all(self, query: str, values: Mapping[str, object]) -> list[Record]:
        """Return the rows."""
        ...

    async def fetch_one(self, query: str, values: Mapping[str, object]) -> Record | None:
        """Return the first row, if there is one."""
        ...

    async def execute(self, query: str, values: Mapping[str, object]) -> object:
        """Run a statement."""
        ...


ACQUIRE_SECONDS = 3.0
CONNECT_SECONDS = 3.0
COMMAND_SECONDS = 30.0
APPLICATION = {"application_name": "debates"}

log = logging.getLogger("postgres")


def _url(text: str) -> str:
    if urlsplit(text).scheme not in {"postgres", "postgresql"}:
        raise ValueError("it must be a URL that begins with postgresql://")
    return text


DATABASE_URL = Variable("DATABASE_URL", "Where PostgreSQL is: postgresql://user:password@host:5432/database", _url)
DATABASE_UNPOOLED_URL = Variable(
    "DATABASE_UNPOOLED_URL", "PostgreSQL past a pooler, for LISTEN and migrations; DATABASE_URL where empty", _url, None
)
DATABASE_POOL_SIZE = Variable("DATABASE_POOL_SIZE", "The most connections of a process's pool", whole(1, 500), 5)

UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
)
"""What asyncpg raises where the server cannot be used, whatever the statement was."""

REFUSED = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
"""What asyncpg raises where the server will never take a statement's data: SQLSTATE classes 22 and 23."""


def statements(file: str) -> dict[str, str]:
    """Read the named statements of the .sql file beside a module; each begins with `-- name: <name>`."""
    parts = re.split(r"^-- name: (\w+)\n", Path(file).with_suffix(".sql").read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def unpooled_url(environ: Mapping[str, str]) -> str:
    """Return the URL that leads past a pooler."""
    return DATABASE_UNPOOLED_URL.read(environ) or DATABASE_URL.read(environ)


@contextlib.contextmanager
def _reachable() -> Generator[None]:
    try:
        yield
    except UNREACHABLE as error:
        if isinstance(error, ValueError):  # asyncpg's word for an argument of the wrong type: a mistake of ours
            raise
        log.warning("PostgreSQL cannot be reached", extra={"reason": type(error).__name__})
        raise Unavailable("The database cannot be reached; try again in a few seconds.") from error


class Postgres(Resource):
    """The pool of a process. Every method raises Unavailable where PostgreSQL cannot be reached."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take the environment; nothing connects before a query does, so a process starts without its database."""
        url = DATABASE_URL.read(environ)
        self._unpooled_url = unpooled_url(environ)
        # asyncpg reads the URL itself: databases would drop sslmode, several hosts and a socket's directory.
        itself = dict.fromkeys(("host", "port", "user", "password", "database"))
        self._database = Database(
            url,
            **itself,
            dsn=url,
            min_size=0,
            max_size=DATABASE_POOL_SIZE.read(environ),
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings=APPLICATION,
        )

    async def __aenter__(self) -> Self:
        await self._database.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._database.disconnect()

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """Lend a connection of the pool."""
        with _reachable():
            async with contextlib.AsyncExitStack() as stack:
                async with asyncio.timeout(ACQUIRE_SECONDS):
                    connection = await stack.enter_async_context(self._database.connection())
                yield cast("Connection", connection)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """Lend a connection inside a transaction that a cancellation rolls back."""
        async with self.connection() as connection, connection.raw_connection.transaction():
            yield connection

    async def fetch_all(self, sql: str, **values: object) -> list[Record]:
        """Return the rows."""
        async with self.connection() as connection:
            return await connection.fetch_all(sql, values)

    async def fetch_one(self, sql: str, **values: object) -> Record | None:
        """Return the first row, if there is one."""
        async with self.connection() as connection:
            return await connection.fetch_one(sql, values)

    async def ping(self) -> str | None:
        """Ask for nothing."""
        try:
            await self.fetch_one("SELECT 1")
        except Unavailable:
            return "PostgreSQL cannot be reached"
        return None

    @contextlib.asynccontextmanager
    async def private_pool(self, size: int) -> AsyncGenerator[Pool]:
        """Lend a pool of its own to a library that brings its queries itself, past any pooler."""
        with _reachable():
            async with asyncpg.create_pool(
                self._unpooled_url, min_size=size, max_size=size, timeout=CONNECT_SECONDS, server_settings=APPLICATION
            ) as pool:
                yield pool

    def listener(self, channel: str, wake: Callable[[], None]) -> Listener:
        """Return what calls `wake` at each notification."""
        return Listener(self._unpooled_url, channel, wake)


class Listener:
    """The one connection of a process that listens; `alive` says whether it does at this moment."""

    def __init__(self, url: str, channel: str, wake: Callable[[], None]) -> None:
        """Call `wake` when listening begins, and at each notification."""
        self._url, self._channel, self._wake = url, channel, wake
        self.alive = False

    async def run(self) -> None:
        """Listen for ever, on a new connection whenever one was lost."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(UNREACHABLE),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            before_sleep=before_sleep_log(log, logging.WARNING),
        )
        while True:
            await retrying(self._listen)

    async def _listen(self) -> None:
        connection: Raw = await asyncpg.connect(self._url, timeout=CONNECT_SECONDS, server_settings=APPLICATION)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(self._channel, self._heard)
            self.alive = True
            self._wake()
            await lost.wait()
        finally:
            self.alive = False
            connection.terminate()

    def _heard(self, *_: object) -> None:
        self._wake()


def build(environ: Mapping[str, str], _state: State) -> Postgres:
    """Build the resource."""
    return Postgres(environ)
