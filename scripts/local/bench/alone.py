"""See how much memory each function takes in a process of its own, and how soon its health answers."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from lib import manifest
from scripts.local.bench import wire
from scripts.local.bench.figure import Figure, within
from scripts.local.bench.held import kibibytes
from scripts.local.bench.rounds import medians

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.local.bench.ground import Ground

TARGET = 192


class _Alone:
    """Some functions, to start again and again."""

    def __init__(self, ground: Ground, names: Sequence[str]) -> None:
        self._ground, self._names = ground, names
        self.seconds: list[float] = []

    def take(self) -> float:
        """Return the MiB that are resident after the first 200, and note the seconds up to it by the clock."""
        begin, program = time.perf_counter(), ["functions", *self._names]
        with self._ground.launched(program, self._ground.environment) as launch, launch.connect() as connection:
            connection.sendall(wire.get("/health"))
            wire.await_head(connection)
            self.seconds.append(time.perf_counter() - begin)
            return kibibytes(launch.pid, "Rss") / 1024


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the memory of each function and, last, of all in one process."""
    served = manifest.read()
    names = ["health", *(name for name in served if name not in manifest.ALWAYS_SERVED)]
    each = {name: _Alone(ground, [name]) for name in names} | {"all": _Alone(ground, list(served))}
    each["all"].take()  # leaves the .pyc files of all behind: an image has them
    each["all"].seconds.clear()
    taken = medians({name: one.take for name, one in each.items()}, ground.rounds)
    for name, one in each.items():
        note = f"health answers {median(one.seconds) * 1e3:.0f} ms after the start"
        yield within(f"alone: {name}", "MiB", taken[name], TARGET, note)
