"""See how much memory a viewer's connection takes, beside one of a raw ASGI callable."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scripts.local import clerk
from scripts.local.bench import wire
from scripts.local.bench.audience import Audience
from scripts.local.bench.author import Author
from scripts.local.bench.figure import Figure, within
from scripts.local.bench.held import kibibytes
from scripts.local.bench.rounds import medians

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from scripts.local.bench.ground import Ground, Server

CONNECTIONS, WARM = 1_000, 50
TARGET = 25
SETTLE_SECONDS = 0.2
HOUR = 3_600


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the memory of a process for each of a thousand viewers, in processes that are new in every round."""
    count, environment = ground.count(CONNECTIONS), ground.environment
    with Author(environment) as author:
        path = f"/debate-stream/{author.open().debate_id}"
        viewer = wire.get(path, clerk.token(seconds=HOUR))
        taken = medians(
            {
                "product": lambda: each(ground.functions("debate-stream", environment=environment), [viewer] * count),
                "floor": lambda: each(ground.floor("stream"), [wire.get("/")] * count),
            },
            ground.rounds,
        )
    note = f"a raw ASGI callable takes {taken['floor']:.1f}"
    yield within(f"memory: a connection, of {count:,}", "KiB", taken["product"], TARGET, note)


def each(serving: AbstractContextManager[Server], requests: Sequence[bytes]) -> float:
    """Return the KiB that a server takes for each connection, beside what it takes for the first ones anyway."""
    with serving as server, Audience(server.port, requests[:WARM]):
        before = kibibytes(server.pid, "Anonymous")
        with Audience(server.port, requests):
            time.sleep(SETTLE_SECONDS)
            return (kibibytes(server.pid, "Anonymous") - before) / len(requests)
