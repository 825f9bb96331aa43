"""Watch one debate with many viewers at once, and with viewers that behave as nobody should."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from lib.contract.events import DebateCompleted, TurnDelta
from lib.debates.claim import take
from lib.event_log.appenders import Appenders
from lib.postgres.pool import Postgres
from scripts.local import clerk, functions
from scripts.local.bench.process_memory import kibibytes
from scripts.local.child import Child
from scripts.local.functions import ROOT, Serving
from scripts.local.websocket import PROTOCOL, auth
from tests.support.processes import once
from tests.support.stream import bearer, start, whole

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

SPY = """
import asyncio, gc, os, runpy, signal, sys
def tell(*_):
    gc.collect()  # what only waits for its search is not left over
    tasks = [each for each in gc.get_objects() if isinstance(each, asyncio.Task) and not each.done()]
    os.write(1, b'{"tasks": %d}\\n' % len(tasks))  # a buffered write may be what the signal interrupts
signal.signal(signal.SIGUSR1, tell)
sys.argv[0] = "functions"
runpy.run_module("functions", run_name="__main__", alter_sys=True)
"""
"""Serve functions, and say how many tasks there are when signalled."""

HOUR = 3_600
KIBIBYTES_PER_CONNECTION = 25
SLACK_KIBIBYTES = 4_096
EDGE = ("debate-start", "debate-stream")
STUCK, DELTAS, DELTA = 20, 200, 8_000
CROWD, CROWD_DELTAS = 500, 30


class Watched:
    """A process whose streams are watched; nobody runs its debates, so that they stay open."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        address = urlsplit(serving.url)
        self._address = address.hostname or "", address.port or 0

    @property
    def tasks(self) -> int:
        """Return how many tasks it has."""
        before = len(self._told())
        os.kill(self.serving.pid, signal.SIGUSR1)
        assert once(lambda: len(self._told()) > before)
        return self._told()[-1]

    def _told(self) -> list[int]:
        lines = self.serving.log.read_text("utf-8").splitlines()
        return [json.loads(line)["tasks"] for line in lines if line.startswith('{"tasks"')]

    @property
    def kibibytes(self) -> int:
        """Return the memory that it has for itself."""
        return kibibytes(self.serving.pid, "Anonymous")

    def viewer(self, path: str, user: str, version: str = "1.1", **options: int) -> socket.socket:
        """Open a stream, and return its connection once the first event came."""
        head = f"GET {path} HTTP/{version}\r\nHost: x\r\nAuthorization: Bearer {_session(user)}\r\n\r\n"
        connection = socket.create_connection(self._address, timeout=60)
        for name, value in options.items():
            connection.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
        connection.sendall(head.encode())
        seen = b""
        while b"debate.queued" not in seen:
            more = connection.recv(65_536)
            assert more, seen
            seen += more
        return connection


@cache
def _session(user: str) -> str:
    """Return one token for all streams of a user: each that is new is remembered, and takes memory for that."""
    return clerk.token(user, seconds=HOUR)


@pytest.fixture(scope="module", autouse=True)
def files() -> None:
    """Let this process open as many connections as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@pytest.fixture(scope="module")
def watched(idle: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Serve streams without end."""
    log = tmp_path_factory.mktemp("crowd") / "log"
    with _spied(idle | {"STREAMS_PER_USER": "1000000"}, log) as serving:
        yield Watched(serving)


@contextlib.contextmanager
def _spied(environment: dict[str, str], log: Path) -> Generator[Serving]:
    command = [sys.executable, "-c", SPY, *EDGE, "--host", "127.0.0.1", "--port", "0"]
    with log.open("wb") as output, Child(command, stdout=output, stderr=output, cwd=ROOT, env=environment) as child:
        started = functions.started(child, log)
        yield Serving(f"http://127.0.0.1:{started['port']}", started["pid"], child, log)


@pytest.fixture
def path(watched: Watched, user: str) -> str:
    """Return the stream of a debate that waits."""
    with httpx.Client(base_url=watched.serving.url) as http:
        return start(http, user)["stream_url"]


@pytest.mark.parametrize("viewers", [1_000, pytest.param(5_000, marks=pytest.mark.full)])
def test_viewers_that_vanish_at_once_leave_nothing(watched: Watched, path: str, user: str, viewers: int) -> None:
    with contextlib.ExitStack() as before:
        before.enter_context(watched.viewer(path, user))
        tasks, kibibytes = watched.tasks, watched.kibibytes
        first, second, third = (_crowd(watched, path, user, viewers) for _ in range(3))
        assert first <= kibibytes + KIBIBYTES_PER_CONNECTION * viewers
        # The second finds the memory that the first left in other pieces than it needs, the third just what it needs.
        assert third <= second + SLACK_KIBIBYTES
    assert once(lambda: watched.tasks < tasks)  # the first viewer, too, is gone before anybody else counts


def _crowd(watched: Watched, path: str, user: str, viewers: int) -> int:
    """Let viewers come, and vanish with all their tasks; return the memory while they were there."""
    tasks = watched.tasks
    with contextlib.ExitStack() as crowd:
        for _ in range(viewers):
            crowd.enter_context(watched.viewer(path, user))
        assert watched.tasks >= tasks + viewers
        kibibytes = watched.kibibytes
    assert once(lambda: watched.tasks <= tasks)
    return kibibytes


def test_a_viewer_that_is_gone_leaves_no_task(watched: Watched, path: str, user: str) -> None:
    tasks = watched.tasks
    with watched.viewer(path, user):
        assert watched.tasks > tasks
    assert once(lambda: watched.tasks <= tasks)


def test_viewers_that_never_read_hold_up_nobody_and_little_memory(
    watched: Watched, path: str, user: str, idle: dict[str, str]
) -> None:
    tasks = watched.tasks
    with contextlib.ExitStack() as stuck:
        for _ in range(STUCK):
            stuck.enter_context(watched.viewer(path, user, SO_RCVBUF=4_096))
        kibibytes = watched.kibibytes
        with ThreadPoolExecutor(1) as others, httpx.Client(base_url=watched.serving.url) as http:
            reader = others.submit(whole, http, path, user)
            asyncio.run(_speak(idle, UUID(path.rpartition("/")[2]), DELTAS, DELTA))
            assert sum(len(event.get("text", "")) for event in reader.result()) == DELTAS * DELTA
        # The log's newest events are kept once for all, and of each viewer what its connection takes.
        assert watched.kibibytes - kibibytes < STUCK * DELTAS * DELTA / 1_024 / 2
    assert once(lambda: watched.tasks <= tasks)


async def _speak(environment: dict[str, str], debate_id: UUID, deltas: int, size: int) -> None:
    """Hold a debate of so many deltas."""
    async with Postgres(environment) as postgres, Appenders(postgres) as appenders:
        claim = await take(postgres, debate_id, "offline")
        assert claim is not None
        async with appenders.open(debate_id, claim.epoch, 1) as pen:
            for turn in range(deltas):
                await pen.write(TurnDelta(turn=turn + 1, text="x" * size))
                await pen.flush()
            await pen.write(DebateCompleted())
            await pen.flush()


def test_speaks_http_1_0(watched: Watched, path: str, user: str) -> None:
    with watched.viewer(path, user, "1.0") as viewer:
        viewer.shutdown(socket.SHUT_WR)
        assert httpx.get(f"{watched.serving.url}/health").status_code == 200
    again = httpx.head(f"{watched.serving.url}{path}", headers=bearer(user))
    assert (again.status_code, again.content) == (200, b"")


def test_sockets_and_streams_of_one_debate_tell_the_same(
    watched: Watched, path: str, user: str, idle: dict[str, str]
) -> None:
    tasks = watched.tasks
    with contextlib.ExitStack() as streams:
        viewers = [streams.enter_context(watched.viewer(path, user, "1.0")) for _ in range(CROWD)]
        told = asyncio.run(_told(watched, path, user, idle))
        assert len(told) == CROWD
        assert [json.loads(frame)["seq"] for frame in told[0]] == list(range(2, 2 + CROWD_DELTAS + 1))
        assert {tuple(frames) for frames in told} == {tuple(_data(viewer)) for viewer in viewers}
    assert once(lambda: watched.tasks <= tasks)


async def _told(watched: Watched, path: str, user: str, environment: dict[str, str]) -> list[list[str]]:
    """Return what each of the sockets is told once all of them have had the first event."""
    address, origin = watched.serving.url.replace("http", "ws", 1) + path, Origin(clerk.PARTY)
    async with contextlib.AsyncExitStack() as stack:
        sockets: list[ClientConnection] = []
        for _ in range(CROWD):
            socket = connect(address, origin=origin, subprotocols=[PROTOCOL], proxy=None)
            sockets.append(await stack.enter_async_context(socket))
            await sockets[-1].send(auth(clerk.token(user)))
            assert "debate.queued" in str(await sockets[-1].recv())
        await _speak(environment, UUID(path.rpartition("/")[2]), CROWD_DELTAS, 40)
        return await asyncio.gather(*(_frames(socket) for socket in sockets))


async def _frames(socket: ClientConnection) -> list[str]:
    return [str(frame) async for frame in socket]


def _data(viewer: socket.socket) -> list[str]:
    with viewer.makefile(encoding="utf-8") as lines:
        return [line.strip().removeprefix("data: ") for line in lines if line.startswith("data: ")]
