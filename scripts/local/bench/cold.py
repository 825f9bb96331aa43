"""Compare cold starts, up to the first 200, with that of a bare uvicorn with a raw callable."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import httpx

from scripts.local import article, clerk, client, functions
from scripts.local.bench import cpu, wire
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.ground import floor
from scripts.local.bench.rounds import medians
from scripts.local.demo import ARTICLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scripts.local.bench.ground import Ground

TARGETS = {"health": 1.5, "auth-check": 2.2, "debate-stream": 5.0}
HOUR = 3_600


class _Start:
    """A process to start again and again."""

    def __init__(self, ground: Ground, module: Sequence[str], request: bytes, environment: Mapping[str, str]) -> None:
        self._ground, self._module, self._request, self._environment = ground, module, request, environment
        self.seconds: list[float] = []

    def take(self) -> float:
        """Return the milliseconds of CPU up to the first 200, and note the seconds by the clock."""
        begin = time.perf_counter()
        with self._ground.launched(self._module, self._environment) as launch, launch.connect() as connection:
            connection.sendall(self._request)
            wire.await_head(connection)
            self.seconds.append(time.perf_counter() - begin)
            return cpu.seconds(launch.pid) * 1e3


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the CPU of each start: what it takes on a machine that does nothing else, however busy this one is."""
    starts = _starts(ground)
    for start in starts.values():
        start.take()  # leaves its .pyc files behind: an image has them
        start.seconds.clear()
    taken = medians({name: start.take for name, start in starts.items()}, ground.rounds)
    seconds = {name: median(start.seconds) for name, start in starts.items()}
    for name, target in TARGETS.items():
        note = f"{seconds[name] * 1e3:.0f} ms by the clock, {seconds[name] / seconds['floor']:.2f}x"
        yield against(f"cold: {name}, to its first 200", "ms CPU", taken[name], taken["floor"], target, note)


def _starts(ground: Ground) -> dict[str, _Start]:
    token, bare = clerk.token(seconds=HOUR), functions.environ("")
    with (
        ground.functions("debate-start", environment=ground.environment) as server,
        httpx.Client(base_url=f"http://{wire.LOOPBACK}:{server.port}") as http,
    ):
        stream = client.start(http, article.request(ARTICLE, 1, None))["stream_url"]
    return {
        "floor": _Start(ground, floor("hello"), wire.get("/"), bare),
        "health": _Start(ground, ["functions", "health"], wire.get("/health"), bare),
        "auth-check": _Start(ground, ["functions", "auth-check"], wire.get("/auth-check", token), bare),
        "debate-stream": _Start(ground, ["functions", "debate-stream"], wire.get(stream, token), ground.environment),
    }
