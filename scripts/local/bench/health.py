"""Compare a request of health with one of a raw ASGI callable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.local.bench import cpu, wire
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.rounds import medians

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.bench.ground import Ground

REQUESTS = 1_000
TARGET = 1.5


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield what a request costs with CORS, request id and access line."""
    requests = [wire.get("/health")] * ground.count(REQUESTS)
    with ground.floor("hello") as floor, ground.functions("health") as health:
        taken = medians(
            {"health": lambda: cpu.per_request(health, requests), "floor": lambda: cpu.per_request(floor, requests)},
            ground.rounds,
        )
    yield against("health: a request", "us CPU", taken["health"], taken["floor"], TARGET)
