"""Measure the memory of a viewer's connection, beside that of a raw ASGI callable."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scripts.local import clerk
from scripts.local.bench import raw_http
from scripts.local.bench.event_writer import EventWriter
from scripts.local.bench.figure import Figure, within
from scripts.local.bench.process_memory import kibibytes
from scripts.local.bench.rounds import medians
from scripts.local.bench.viewers import Viewers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from scripts.local.bench.bench import Bench
    from scripts.local.bench.launch import Server

CONNECTIONS, WARM = 1_000, 50
TARGET = 25
SETTLE_SECONDS = 0.2
HOUR = 3_600


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the memory for each of a thousand viewers, in new processes each round."""
    count, environment = bench.count(CONNECTIONS), bench.environment
    with EventWriter(environment) as writer:
        path = f"/debate-stream/{writer.new_debate().debate_id}"
        viewer = raw_http.get(path, clerk.token(seconds=HOUR))
        taken = medians(
            {
                "product": lambda: each(bench.functions("debate-stream", environment=environment), [viewer] * count),
                "floor": lambda: each(bench.floor("stream"), [raw_http.get("/")] * count),
            },
            bench.rounds,
        )
    note = f"a raw ASGI callable takes {taken['floor']:.1f}"
    yield within(f"memory: a connection, of {count:,}", "KiB", taken["product"], TARGET, note)


def each(serving: AbstractContextManager[Server], requests: Sequence[bytes]) -> float:
    """Return the KiB that a server takes for each connection, after a few that warm it up."""
    with serving as server, Viewers(server.port, requests[:WARM]):
        before = kibibytes(server.pid, "Anonymous")
        with Viewers(server.port, requests):
            time.sleep(SETTLE_SECONDS)
            return (kibibytes(server.pid, "Anonymous") - before) / len(requests)
