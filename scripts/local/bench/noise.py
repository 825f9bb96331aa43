"""Compare two equal floor servers: how exact figures are on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.local.bench import cpu, raw_http
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.rounds import medians

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.bench.bench import Bench

REQUESTS = 1_000
TARGET = 1.1


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the CPU of a request to a raw ASGI callable, compared with a second process of it."""
    requests = [raw_http.get("/")] * bench.count(REQUESTS)
    with bench.floor("hello") as one, bench.floor("hello") as other:
        taken = medians(
            {"one": lambda: cpu.per_request(one, requests), "other": lambda: cpu.per_request(other, requests)},
            bench.rounds,
        )
    yield against("floor: a request of a raw ASGI callable", "us CPU", taken["one"], taken["other"], TARGET)
