"""Tell apart why PostgreSQL fails: it is away, its schema is missing, or it refuses the statement."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

import asyncpg

from lib.contract.problems import Unavailable

if TYPE_CHECKING:
    from collections.abc import Generator

log = logging.getLogger("postgres")

UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.TransactionRollbackError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""Raised by asyncpg while the server cannot be used: SQLSTATE 08, 28, 3D, 40, 53, 57, 58 and 25006.

A connection that is cut in the middle of a statement can raise InternalClientError.
"""

UNPREPARED = (
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.InsufficientPrivilegeError,
)
"""Raised by asyncpg where the schema is missing, older than this release, or owned by another role."""

REFUSED = asyncpg.PostgresError
"""Raised by asyncpg where the server will refuse a statement each time: all that `reachable` does not convert.

Mostly SQLSTATE classes 22 and 23, but also an index row that is too long (54) or an error raised by a trigger (P0).
"""


@contextlib.contextmanager
def reachable() -> Generator[None]:
    """Raise Unavailable in place of the errors that UNREACHABLE and UNPREPARED list."""
    try:
        yield
    except UNREACHABLE as error:
        if isinstance(error, ValueError) and not isinstance(error, asyncpg.ClientConfigurationError):
            raise  # asyncpg's interface error for an argument of the wrong type: a bug of the caller
        log.warning("PostgreSQL cannot be used", extra={"reason": type(error).__name__})
        raise Unavailable("The database cannot be reached; try again in a few seconds.") from error
    except UNPREPARED as error:
        log.warning("PostgreSQL is not prepared: run scripts/migrate", extra={"reason": type(error).__name__})
        raise Unavailable("The database is not prepared; whoever operates this must run scripts/migrate.") from error
