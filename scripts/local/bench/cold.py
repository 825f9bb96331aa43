"""Compare the cold start of functions, up to the first 200, with that of a bare uvicorn."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import httpx

from scripts.local import article, clerk, client, functions
from scripts.local.bench import cpu, raw_http
from scripts.local.bench.bench import floor
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.rounds import medians
from scripts.local.demo import ARTICLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scripts.local.bench.bench import Bench

TARGETS = {"health": 1.5, "auth-check": 2.2, "debate-stream": 5.0}
HOUR = 3_600


class _Start:
    """A process that is started once a round; `seconds` are the times until the first 200."""

    def __init__(self, bench: Bench, module: Sequence[str], request: bytes, environment: Mapping[str, str]) -> None:
        self._bench, self._module, self._request, self._environment = bench, module, request, environment
        self.seconds: list[float] = []

    def take(self) -> float:
        """Start the process; return the milliseconds of CPU up to the first 200."""
        begin = time.perf_counter()
        with self._bench.launched(self._module, self._environment) as launch, launch.connect() as connection:
            connection.sendall(self._request)
            raw_http.await_head(connection)
            self.seconds.append(time.perf_counter() - begin)
            return cpu.seconds(launch.pid) * 1e3


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the CPU of each start; unlike the time by the clock, it depends little on what else the machine does."""
    starts = _starts(bench)
    for start in starts.values():
        start.take()  # writes the .pyc files, which an image has
        start.seconds.clear()
    taken = medians({name: start.take for name, start in starts.items()}, bench.rounds)
    seconds = {name: median(start.seconds) for name, start in starts.items()}
    for name, target in TARGETS.items():
        note = f"{seconds[name] * 1e3:.0f} ms by the clock, {seconds[name] / seconds['floor']:.2f}x"
        yield against(f"cold: {name}, to its first 200", "ms CPU", taken[name], taken["floor"], target, note)


def _starts(bench: Bench) -> dict[str, _Start]:
    token, bare = clerk.token(seconds=HOUR), functions.environ("")
    with (
        bench.functions("debate-start", environment=bench.environment) as server,
        httpx.Client(base_url=f"http://{raw_http.LOOPBACK}:{server.port}") as http,
    ):
        stream = client.start(http, article.request(ARTICLE, 1, None))["stream_url"]
    return {
        "floor": _Start(bench, floor("hello"), raw_http.get("/"), bare),
        "health": _Start(bench, ["functions", "health"], raw_http.get("/health"), bare),
        "auth-check": _Start(bench, ["functions", "auth-check"], raw_http.get("/auth-check", token), bare),
        "debate-stream": _Start(bench, ["functions", "debate-stream"], raw_http.get(stream, token), bench.environment),
    }
