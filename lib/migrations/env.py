"""Configure Alembic (its env.py): run the steps inside the schema `debates`."""

from __future__ import annotations

import asyncio
import os

import asyncpg
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from lib.postgres.pool import unpooled_url

SCHEMA = "DO $$ BEGIN IF to_regnamespace('debates') IS NULL THEN CREATE SCHEMA debates; END IF; END $$"
"""CREATE SCHEMA IF NOT EXISTS is refused to a role without the right to create one, even where it exists."""

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('debates.migrations'))"


def _migrate(connection: Connection | None) -> None:
    context.configure(
        connection=connection,
        dialect_name=None if connection else "postgresql",
        version_table_schema="debates",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        for statement in (ONE_AT_A_TIME, SCHEMA):
            context.execute(text(statement))
        context.run_migrations()


async def _online() -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(unpooled_url(os.environ)), poolclass=NullPool
    )
    async with engine.begin() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


if context.is_offline_mode():
    _migrate(None)
else:
    asyncio.run(_online())
