"""Upgrade the schema to the newest step by Alembic."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from lib.postgres.faults import UNREACHABLE
from lib.postgres.pool import unpooled_url

if TYPE_CHECKING:
    from collections.abc import Mapping


def run(environ: Mapping[str, str], *, printing: bool) -> None:
    """Upgrade, or print the statements that would; exits with 1 where PostgreSQL refuses. Raises Misconfigured.

    A schema of a later commit stays as it is, so that an earlier commit can be deployed again.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    try:
        if not printing:
            unpooled_url(environ)
        command.upgrade(config, "head", sql=printing)
    except CommandError as error:
        if not isinstance(error.__cause__, ResolutionError):
            raise
        sys.stdout.write("the schema is of a later commit: nothing to migrate\n")
    except UNREACHABLE as error:
        sys.exit(f"scripts/migrate: PostgreSQL cannot be reached at DATABASE_URL ({type(error).__name__}).")
    except DBAPIError as error:
        sys.exit(f"scripts/migrate: PostgreSQL refused: {str(error.orig).splitlines()[0]}")
