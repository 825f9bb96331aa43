"""Bring the schema `debates` up to date, if any chosen function has a database: scripts/migrate [--sql]."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from lib import manifest
from lib.process.environment import Misconfigured

EXAMPLES = """examples:
  DATABASE_URL=postgresql://... scripts/migrate     change the schema debates, nothing else
  scripts/migrate --sql > debates.sql               what that would run, for a review

Where FUNCTIONS names functions, and none of them has a database, it does nothing: every service may run it first."""


def main() -> None:
    """Migrate, or print the statements that would."""
    parser = argparse.ArgumentParser(
        prog="scripts/migrate",
        description="Bring the schema `debates` up to date; no other schema is touched.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sql", action="store_true", help="print the statements instead; needs no database")
    printing: bool = parser.parse_args().sql
    try:
        if printing or _have_database():
            import_module("lib.migrations.upgrade").run(os.environ, printing=printing)  # an image may lack Alembic
        else:
            sys.stdout.write("no function of FUNCTIONS has a database: nothing to migrate\n")
    except Misconfigured as error:
        sys.stderr.write(f"scripts/migrate: {error}\n")
        sys.exit(2)


def _have_database() -> bool:
    chosen = manifest.choose(manifest.read(), manifest.FUNCTIONS.read(os.environ))
    return any("postgres" in function.resources for function in chosen)


if __name__ == "__main__":
    main()
