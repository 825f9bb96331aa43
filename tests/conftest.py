"""Give the tests one PostgreSQL and one process that serves all functions; each test brings its own users."""

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


# A background job has these ignored, and so would all that it starts: the tests of Ctrl-C need them to be heard.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]{20,}\.eyJ")
"""How every signed token begins: a JSON object, a dot, and another."""

PLENTY = dict.fromkeys(("DEBATE_MAX_LIVE", "DEBATE_STARTS_PER_MINUTE", "DEBATE_STARTS_PER_DAY"), "100000")
"""What the tests of everything but limits set, so as not to meet them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what scripts/test takes beside pytest's own arguments."""
    parser.addoption("--full", action="store_true", help="run the longer rounds too: every fault with 50 debates")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the longer rounds out where they were not asked for."""
    if not config.getoption("--full"):
        long = [item for item in items if item.get_closest_marker("full")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session", autouse=True)
def no_token_in_any_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Find no session token in what any process of the whole run has written, logs above all."""
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
    """Return the environment of a database that has the schema and nobody connected, to be copied."""
    asyncio.run(_execute(postgres.url, "CREATE DATABASE template_debates"))
    environment = functions.environ(_beside(postgres.url, "template_debates")) | {"DEBATE_MODEL": "offline"} | PLENTY
    functions.migrate(environment)
    return environment


@pytest.fixture(scope="session")
def environment(template: dict[str, str]) -> dict[str, str]:
    """Return what the functions need, on the database that most tests share."""
    return _copy(template)


@pytest.fixture
def own_database(template: dict[str, str]) -> dict[str, str]:
    """Return what the functions need, on a database that the worker of no other test looks at."""
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
    """Talk to the process that serves all functions."""
    with httpx.Client(base_url=serving.url) as client:
        yield client


@pytest.fixture
def user() -> str:
    """Return a user that no other test knows."""
    return f"user_{secrets.token_hex(8)}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return where a process of this test may write its log."""
    return tmp_path / "functions.log"
