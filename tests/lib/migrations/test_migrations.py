from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pgqueuer

from lib.queue.fenced import FencedQueries
from scripts.local import functions

if TYPE_CHECKING:
    from scripts.local.postgres import EmbeddedPostgres

CATALOGUE = """
SELECT 'relation', relname::text, relkind::text, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'routine', proname, prosrc, proacl::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'type', typname, typtype::text, typacl::text FROM pg_type WHERE typnamespace = 'public'::regnamespace
UNION ALL SELECT 'column', attrelid::regclass::text, attname, atttypid::regtype::text FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid), '' FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'schema', nspname, nspacl::text, '' FROM pg_namespace WHERE nspname = 'public'
ORDER BY 1, 2, 3
"""

OWNERS_TABLES = """
CREATE TABLE public."User" (id text PRIMARY KEY, email text UNIQUE);
CREATE TABLE public."Signal" (id serial PRIMARY KEY, user_id text REFERENCES public."User" (id));
INSERT INTO public."User" VALUES ('user_1', 'a@example.com');
"""


def test_leaves_the_public_schema_alone_and_needs_no_right_on_it(postgres: EmbeddedPostgres) -> None:
    name = f"owner_{secrets.token_hex(8)}"
    url = urlsplit(postgres.url)

    async def migrated() -> None:
        root = await asyncpg.connect(postgres.url)
        await root.execute(f"CREATE ROLE {name} LOGIN")
        await root.execute(f"CREATE DATABASE {name}")
        await root.close()
        owner = await asyncpg.connect(url._replace(path=f"/{name}").geturl())
        await owner.execute(OWNERS_TABLES)
        await owner.execute(f"REVOKE ALL ON SCHEMA public FROM PUBLIC; REVOKE CREATE ON DATABASE {name} FROM {name}")
        await owner.execute(f"CREATE SCHEMA debates AUTHORIZATION {name}")
        before = await owner.fetch(CATALOGUE)
        theirs = url._replace(netloc=f"{name}@", path=f"/{name}").geturl()
        for _ in range(2):
            await asyncio.to_thread(functions.migrate, functions.environ(theirs))
        assert await owner.fetch(CATALOGUE) == before
        assert len(before) > 10
        ours = await asyncpg.connect(theirs)
        assert await ours.fetchval("SELECT count(*) FROM debates.events") == 0
        await ours.close()
        await owner.close()

    asyncio.run(migrated())


def test_has_the_tables_of_the_pgqueuer_that_is_installed(environment: dict[str, str]) -> None:
    async def plan() -> tuple[str, ...]:
        connection = await asyncpg.connect(environment["DATABASE_URL"])
        try:
            planned = await FencedQueries(pgqueuer.AsyncpgDriver(connection)).plan_upgrade()
        finally:
            await connection.close()
        return tuple(planned.statements)

    assert asyncio.run(plan()) == ()


def test_prints_what_it_would_run_without_a_database() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lib.migrations", "--sql"],
        env={},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "CREATE TABLE debates.debates" in done.stdout
    assert "CREATE FUNCTION debates.fn_pgqueuer_changed" in done.stdout
    assert "public" not in done.stdout


def test_says_in_one_line_what_is_missing() -> None:
    for environment, status in (({}, 2), ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, 1)):
        done = subprocess.run(
            [sys.executable, "-m", "lib.migrations"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == status
        assert "DATABASE_URL" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_an_earlier_commit_leaves_the_schema_of_a_later_one_as_it_is(own_database: dict[str, str]) -> None:
    async def advance() -> None:
        connection = await asyncpg.connect(own_database["DATABASE_URL"])
        await connection.execute("UPDATE debates.alembic_version SET version_num = '9999'")
        await connection.close()

    asyncio.run(advance())
    command = [sys.executable, "-m", "lib.migrations"]
    done = subprocess.run(command, env=own_database, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "the schema is of a later commit: nothing to migrate\n"), done.stderr
