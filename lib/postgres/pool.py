"""Connect to PostgreSQL: the pool of a process, and the connection that listens beside it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg
from databases.backends.postgres import PostgresBackend

from lib.contract.problems import Unavailable
from lib.postgres.connection import Connection, Pool, Record, UnresetConnection
from lib.postgres.faults import reachable
from lib.postgres.listener import CONNECT_SECONDS, Listener
from lib.process.environment import Variable, whole
from lib.process.resource import Resource
from lib.process.tasks import lasting

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

ACQUIRE_SECONDS = 3.0
"""How long a statement may wait for a free connection of the pool."""

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
PRISMA = frozenset(
    {"schema", "connection_limit", "pool_timeout", "pgbouncer", "socket_timeout", "connect_timeout", "sslaccept"}
)
"""Parameters of https://www.prisma.io/docs/orm/overview/databases/postgresql that PostgreSQL refuses."""

COMMAND_SECONDS = 10.0
"""How long one statement may take."""

CLOSE_SECONDS = 2.0
"""How long closing the pool may take before its connections are cut."""


def _url(text: str) -> str:
    """Return a URL that asyncpg accepts, without the parameters that only Prisma knows. Raises ValueError."""
    parts = urlsplit(text)
    try:
        several_hosts = "," in parts.netloc
        well_formed = parts.scheme in {"postgres", "postgresql"} and (several_hosts or parts.port != 0)
    except ValueError:
        well_formed = False
    if not well_formed:
        raise ValueError("it must be like postgresql://user:password@host:5432/database, special characters escaped")
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in PRISMA]
    if dict(query).get("sslmode", "prefer") not in SSL_MODES:
        raise ValueError(f"its sslmode must be one of {', '.join(SSL_MODES)}")
    return parts._replace(query=urlencode(query, safe="/")).geturl()


DATABASE_URL = Variable(
    "DATABASE_URL",
    "Where PostgreSQL is: postgresql://user:password@host:5432/database; all tables are in its schema debates",
    _url,
)
DATABASE_UNPOOLED_URL = Variable(
    "DATABASE_UNPOOLED_URL", "PostgreSQL past a pooler, for LISTEN and migrations; DATABASE_URL where empty", _url, None
)
DATABASE_POOL_SIZE = Variable(
    "DATABASE_POOL_SIZE",
    "The most connections of a process's pool; one more listens, and a worker has four more",
    whole(1, 500),
    5,
)


def unpooled_url(environ: Mapping[str, str]) -> str:
    """Return the URL that leads past a pooler."""
    return DATABASE_UNPOOLED_URL.read(environ) or DATABASE_URL.read(environ)


class Postgres(Resource):
    """The pool of a process, and `listener`, its one listening connection.

    Every method raises Unavailable where PostgreSQL cannot be reached.
    """

    variables = (DATABASE_URL, DATABASE_UNPOOLED_URL, DATABASE_POOL_SIZE)

    def __init__(self, environ: Mapping[str, str], size: int | None = None) -> None:
        """Have at most `size` connections, or DATABASE_POOL_SIZE.

        Nothing connects before the first statement or subscription, so a process starts without its database.
        """
        self._environ = environ
        url = DATABASE_URL.read(environ)
        self._unpooled_url = unpooled_url(environ)
        self.listener = Listener(self._unpooled_url)
        # asyncpg reads these from the URL: databases would drop sslmode, several hosts and a socket's directory.
        from_url = dict.fromkeys(("host", "port", "user", "password", "database"))
        # A transaction pooler may run the next statement on a server connection that lacks the prepared statement.
        pooled = {"statement_cache_size": 0} if DATABASE_UNPOOLED_URL.read(environ) else {}
        self._pool = PostgresBackend(
            url,
            **from_url,
            dsn=url,
            min_size=0,
            max_size=size or DATABASE_POOL_SIZE.read(environ),
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings={"application_name": "debates"},
            connection_class=UnresetConnection,
            **pooled,
        )

    async def _enter(self, stack: contextlib.AsyncExitStack) -> None:
        await self._pool.connect()
        stack.push_async_callback(self._disconnect)
        await stack.enter_async_context(lasting(self.listener.run()))

    async def _disconnect(self) -> None:
        with contextlib.suppress(TimeoutError):  # asyncpg then cuts the connections
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._pool.disconnect()

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """Lend a connection of the pool."""
        # Not databases' Database.connection(): it is bound to the task, and stays so where its release fails.
        lent = self._pool.connection()
        with reachable():
            async with asyncio.timeout(ACQUIRE_SECONDS):
                await lent.acquire()
            try:
                yield Connection(lent.raw_connection)
            finally:
                await lent.release()

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """Lend a connection inside a transaction that a cancellation rolls back."""
        async with self.connection() as connection, connection.raw_connection.transaction():
            yield connection

    async def fetch_all(self, sql: str, **values: object) -> list[Record]:
        """Return all rows."""
        async with self.connection() as connection:
            return await connection.fetch_all(sql, values)

    async def fetch_one(self, sql: str, **values: object) -> Record | None:
        """Return the first row, or None."""
        async with self.connection() as connection:
            return await connection.fetch_one(sql, values)

    async def ping(self) -> str | None:
        """Return why no statement can be run, or None."""
        try:
            await self.fetch_one("SELECT 1")
        except Unavailable as error:
            return error.detail
        return None

    def single(self) -> Postgres:
        """Return another pool, of one connection, for statements that must not wait for a free one of the pool."""
        return Postgres(self._environ, size=1)

    @contextlib.asynccontextmanager
    async def private_pool(self, name: str, size: int) -> AsyncGenerator[Pool]:
        """Lend asyncpg's own pool, past any transaction pooler, to a library that runs its own statements on it.

        pg_stat_activity shows its connections as the application `debates <name>`.
        """
        with reachable():
            pool = await asyncpg.create_pool(
                self._unpooled_url,
                min_size=size,
                max_size=size,
                timeout=CONNECT_SECONDS,
                command_timeout=COMMAND_SECONDS,
                server_settings={"application_name": f"debates {name}"},
                connection_class=UnresetConnection,
            )
            try:
                yield pool
            finally:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(CLOSE_SECONDS):
                        await pool.close()

    def private_listener(self) -> Listener:
        """Return a listening connection that the caller runs, for a library that needs one of its own."""
        return Listener(self._unpooled_url)


build = Postgres
