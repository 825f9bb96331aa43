"""Compare a request of health with one of a raw ASGI callable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.local.bench import cpu, raw_http
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.rounds import medians

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.bench.bench import Bench

REQUESTS = 1_000
TARGET = 1.5


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the CPU of a request, with CORS, request id and access log."""
    requests = [raw_http.get("/health")] * bench.count(REQUESTS)
    with bench.floor("hello") as floor, bench.functions("health") as health:
        taken = medians(
            {"health": lambda: cpu.per_request(health, requests), "floor": lambda: cpu.per_request(floor, requests)},
            bench.rounds,
        )
    yield against("health: a request", "us CPU", taken["health"], taken["floor"], TARGET)
