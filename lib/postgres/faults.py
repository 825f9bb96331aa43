"""Tell a server that cannot be used from data that it will not take."""

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
"""What asyncpg raises where the server cannot work at the moment: SQLSTATE 08, 28, 3D, 40, 53, 57, 58 and 25006.

A connection that is cut in the middle of a statement can end as an InternalClientError.
"""

UNPREPARED = (
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.InsufficientPrivilegeError,
)
"""What asyncpg raises where the schema is not there, is older than this release, or belongs to another role."""

REFUSED = asyncpg.PostgresError
"""What asyncpg raises where the server will never take a statement: whatever `reachable` lets through.

That is SQLSTATE classes 22 and 23 as a rule, but also an index row that is too long (54), or a trigger's word (P0).
"""


@contextlib.contextmanager
def reachable() -> Generator[None]:
    """Raise Unavailable for what UNREACHABLE and UNPREPARED list."""
    try:
        yield
    except UNREACHABLE as error:
        if isinstance(error, ValueError) and not isinstance(error, asyncpg.ClientConfigurationError):
            raise  # asyncpg's word for an argument of the wrong type: a mistake of ours
        log.warning("PostgreSQL cannot be used", extra={"reason": type(error).__name__})
        raise Unavailable("The database cannot be reached; try again in a few seconds.") from error
    except UNPREPARED as error:
        log.warning("PostgreSQL is not prepared: run scripts/migrate", extra={"reason": type(error).__name__})
        raise Unavailable("The database is not prepared; whoever operates this must run scripts/migrate.") from error
