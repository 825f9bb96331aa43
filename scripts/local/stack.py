"""PostgreSQL, its schema and all functions, on one machine."""

from __future__ import annotations

import contextlib
import os
from types import MappingProxyType
from typing import TYPE_CHECKING

from scripts.local import functions
from scripts.local.postgres import embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from scripts.local.functions import Serving


@contextlib.contextmanager
def running(
    log: Path,
    say: Callable[[str], None],
    port: int = 0,
    *,
    reload: bool = False,
    settings: Mapping[str, str] = MappingProxyType[str, str]({}),
) -> Generator[Serving]:
    """Serve all functions on an embedded PostgreSQL, or on DATABASE_URL if it is set. Raises NotStarted.

    `settings` override the environment.
    """
    with contextlib.ExitStack() as stack:
        database_url = os.environ.get("DATABASE_URL")
        if database_url:
            say("using the PostgreSQL of DATABASE_URL")
        else:
            say("starting an embedded PostgreSQL")
            database_url = stack.enter_context(embedded())
        environment = functions.environ(database_url) | dict(settings)
        say("bringing the schema up to date")
        functions.migrate(environment)
        say(f"starting the functions with the model {environment['DEBATE_MODEL']}")
        yield stack.enter_context(functions.serving(environment, log, port=port, reload=reload))
