"""Fixtures of all tests: one PostgreSQL and one process that serves all functions; each test has its own users."""

from __future__ import annotations

import asyncio
import re
import secrets
import signal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from scripts.local import functions
from scripts.local.postgres import EmbeddedPostgres, server

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from scripts.local.functions import Serving


# Background jobs ignore these signals, and so would their child processes; the tests of Ctrl-C need the signals.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]{20,}\.eyJ")
"""The start of every signed token: two JSON objects in base64url, with a dot between them."""

NO_LIMITS = dict.fromkeys(("DEBATE_MAX_LIVE", "DEBATE_STARTS_PER_MINUTE", "DEBATE_STARTS_PER_DAY"), "100000")
"""Variables that raise the limits of a user, for all tests but those of the limits."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option --full."""
    parser.addoption("--full", action="store_true", help="also run the tests that take long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests marked `full`, unless --full is given."""
    if not config.getoption("--full"):
        long = [item for item in items if item.get_closest_marker("full")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session", autouse=True)
def no_token_in_any_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """At the end, fail if a file that any test or process has written, such as a log, holds a session token."""
    yield
    written = (path for path in tmp_path_factory.getbasetemp().rglob("*") if path.is_file() and not path.is_symlink())
    ours = (path for path in written if "node_modules" not in path.parts)
    assert [path for path in ours if TOKEN.search(path.read_bytes())] == []


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """Run one PostgreSQL for all tests."""
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> dict[str, str]:
    """Return the environment of a database with the schema, to be copied: no process connects to it."""
    asyncio.run(_execute(postgres.url, "CREATE DATABASE template_debates"))
    environment = functions.environ(_beside(postgres.url, "template_debates")) | {"DEBATE_MODEL": "offline"} | NO_LIMITS
    functions.migrate(environment)
    return environment


@pytest.fixture(scope="session")
def environment(template: dict[str, str]) -> dict[str, str]:
    """Return the environment of functions on the database that most tests share."""
    return _copy(template)


@pytest.fixture(scope="session")
def idle(template: dict[str, str]) -> dict[str, str]:
    """Return the environment of functions on a database without a worker, which would run the tests' own debates."""
    return _copy(template)


@pytest.fixture
def own_database(template: dict[str, str]) -> dict[str, str]:
    """Return the environment of functions on a new database that no other test uses."""
    return _copy(template)


def _copy(template: dict[str, str]) -> dict[str, str]:
    url, name = template["DATABASE_URL"], f"debates_{secrets.token_hex(8)}"
    asyncio.run(_execute(_beside(url, "debates"), f"CREATE DATABASE {name} TEMPLATE template_debates"))
    return template | {"DATABASE_URL": _beside(url, name)}


def _beside(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def serving(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Generator[Serving]:
    """Serve all functions in one process."""
    with functions.serving(environment, tmp_path_factory.mktemp("functions") / "log") as running:
        yield running


@pytest.fixture
def http(serving: Serving) -> Iterator[httpx.Client]:
    """Return a client of the process that serves all functions."""
    with httpx.Client(base_url=serving.url) as client:
        yield client


@pytest.fixture
def user() -> str:
    """Return the id of a user that no other test uses."""
    return f"user_{secrets.token_hex(8)}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return the path of a log for a process of the test."""
    return tmp_path / "functions.log"
