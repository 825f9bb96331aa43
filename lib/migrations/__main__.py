"""Bring the schema `debates` up to date: scripts/migrate [--sql]."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from lib.environment import Misconfigured
from lib.postgres import unpooled_url
from lib.postgres.faults import UNREACHABLE

EXAMPLES = """examples:
  DATABASE_URL=postgresql://... scripts/migrate     change the schema debates, nothing else
  scripts/migrate --sql > debates.sql               what that would run, for whoever reviews it"""


def main() -> None:
    """Migrate, or print what that would run."""
    parser = argparse.ArgumentParser(
        prog="scripts/migrate",
        description="Bring the schema `debates` up to date; no other schema is touched.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sql", action="store_true", help="print the statements instead; needs no database")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    printing: bool = parser.parse_args().sql
    try:
        if not printing:
            unpooled_url(os.environ)
        command.upgrade(config, "head", sql=printing)
    except Misconfigured as error:
        sys.stderr.write(f"scripts/migrate: {error}\n")
        sys.exit(2)
    except UNREACHABLE as error:
        sys.stderr.write(f"scripts/migrate: PostgreSQL cannot be reached at DATABASE_URL ({type(error).__name__}).\n")
        sys.exit(1)
    except DBAPIError as error:
        sys.stderr.write(f"scripts/migrate: PostgreSQL refused: {str(error.orig).splitlines()[0]}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
