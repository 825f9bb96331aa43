"""Compare a floor server with a second one like it: how far the machine can be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.local.bench import cpu, wire
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.rounds import medians

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.local.bench.ground import Ground

REQUESTS = 1_000
TARGET = 1.1


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield what a request of a raw ASGI callable costs, against the same of another process."""
    requests = [wire.get("/")] * ground.count(REQUESTS)
    with ground.floor("hello") as one, ground.floor("hello") as other:
        taken = medians(
            {"one": lambda: cpu.per_request(one, requests), "other": lambda: cpu.per_request(other, requests)},
            ground.rounds,
        )
    yield against("floor: a request of a raw ASGI callable", "us CPU", taken["one"], taken["other"], TARGET)
