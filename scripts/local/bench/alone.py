"""Measure the memory of each function in a process of its own, and the time until its health answers."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from lib import manifest
from scripts.local.bench import raw_http
from scripts.local.bench.figure import Figure, within
from scripts.local.bench.process_memory import kibibytes
from scripts.local.bench.rounds import medians

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.local.bench.bench import Bench

TARGET = 192


class _Alone:
    """Functions that are started once a round; `seconds` are the times until health answered."""

    def __init__(self, bench: Bench, names: Sequence[str]) -> None:
        self._bench, self._names = bench, names
        self.seconds: list[float] = []

    def take(self) -> float:
        """Start the functions; return the resident MiB after the first 200."""
        begin, program = time.perf_counter(), ["functions", *self._names]
        with self._bench.launched(program, self._bench.environment) as launch, launch.connect() as connection:
            connection.sendall(raw_http.get("/health"))
            raw_http.await_head(connection)
            self.seconds.append(time.perf_counter() - begin)
            return kibibytes(launch.pid, "Rss") / 1024


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the memory of each function and, last, of all in one process."""
    served = manifest.read()
    names = ["health", *(name for name in served if name not in manifest.ALWAYS_SERVED)]
    each = {name: _Alone(bench, [name]) for name in names} | {"all": _Alone(bench, list(served))}
    each["all"].take()  # writes all .pyc files, which an image has
    each["all"].seconds.clear()
    taken = medians({name: one.take for name, one in each.items()}, bench.rounds)
    for name, one in each.items():
        note = f"health answers {median(one.seconds) * 1e3:.0f} ms after the start"
        yield within(f"alone: {name}", "MiB", taken[name], TARGET, note)
