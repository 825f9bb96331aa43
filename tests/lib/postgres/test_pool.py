from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lib.postgres.pool import Postgres
from scripts.local import functions
from scripts.local.loopback import free_port
from tests.support.processes import once
from tests.support.stream import bearer, request, start, whole

if TYPE_CHECKING:
    from collections.abc import Generator

AT_ONCE = 5


@pytest.fixture
def pooled(own_database: dict[str, str]) -> Generator[dict[str, str]]:
    """Return an environment in which PgBouncer stands before PostgreSQL, and gives each transaction any connection."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("there is no pgbouncer here; on Debian: apt install pgbouncer")
    direct = urlsplit(own_database["DATABASE_URL"])
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "users.txt").write_text('"postgres" ""\n', "utf-8")
        (place / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={parse_qs(direct.query)['host'][0]}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {place / 'users.txt'}\n"
            "pool_mode = transaction\ndefault_pool_size = 3\n",
            "utf-8",
        )
        user = "nobody" if os.getuid() == 0 else None
        with subprocess.Popen([program, "--quiet", place / "pgbouncer.ini"], user=user) as process:
            try:
                assert once(lambda: _listens(port))
                url = f"postgresql://postgres@127.0.0.1:{port}{direct.path}"
                yield own_database | {"DATABASE_URL": url, "DATABASE_UNPOOLED_URL": own_database["DATABASE_URL"]}
            finally:
                process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_pooler_gives_each_transaction_any_connection(pooled: dict[str, str]) -> None:
    async def ask() -> list[int]:
        async with Postgres(pooled) as postgres:

            async def number(which: int) -> int:
                row = await postgres.fetch_one("SELECT CAST(:which AS int) AS which, pg_sleep(0.001)", which=which)
                return row["which"] if row else -1

            return [
                answer
                for _ in range(20)
                for answer in await asyncio.gather(*(number(which) for which in range(AT_ONCE)))
            ]

    assert asyncio.run(ask()) == list(range(AT_ONCE)) * 20


def test_debates_are_held_behind_a_pooler(pooled: dict[str, str], log: Path, user: str) -> None:
    with functions.serving(pooled, log) as serving, httpx.Client(base_url=serving.url, timeout=60) as http:
        paths = [start(http, user, request())["stream_url"] for _ in range(AT_ONCE)]
        assert {whole(http, path, user)[-1]["type"] for path in paths} == {"debate.completed"}
        assert len(http.get("/debate-list", headers=bearer(user)).json()["items"]) == AT_ONCE
