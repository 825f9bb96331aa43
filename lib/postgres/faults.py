"""Tell a server that cannot be used from data that it will not take."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

import asyncpg

from lib.problems import Unavailable

if TYPE_CHECKING:
    from collections.abc import Generator

log = logging.getLogger("postgres")

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


@contextlib.contextmanager
def reachable() -> Generator[None]:
    """Raise Unavailable for what UNREACHABLE lists."""
    try:
        yield
    except UNREACHABLE as error:
        if isinstance(error, ValueError):  # asyncpg's word for an argument of the wrong type: a mistake of ours
            raise
        log.warning("PostgreSQL cannot be reached", extra={"reason": type(error).__name__})
        raise Unavailable("The database cannot be reached; try again in a few seconds.") from error
