"""Hold a WebSocket against an event stream: what an event costs, and the memory that a viewer takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.local import clerk
from scripts.local.bench import wire
from scripts.local.bench.audience import Audience
from scripts.local.bench.author import Author
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.memory import CONNECTIONS, each
from scripts.local.bench.rounds import medians
from scripts.local.bench.sse import EVENTS, HOUR, RATE, VIEWERS, cost, request, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lib.event_log.appender import Appender
    from scripts.local.bench.ground import Ground

CPU_TARGET, MEMORY_TARGET = 1.4, 2


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield both figures, each with those of event streams of the same log as its floor."""
    with Author(ground.environment) as author:
        yield _cost(ground, author)
        yield _memory(ground, author.open())


def _socket(pen: Appender) -> bytes:
    return wire.websocket(f"/debate-stream/{pen.debate_id}", clerk.token(seconds=HOUR), clerk.PARTY)


def _cost(ground: Ground, author: Author) -> Figure:
    viewers, events = ground.count(VIEWERS), ground.count(EVENTS)
    with ground.functions("debate-stream", environment=ground.environment) as server:

        def measured(form: Callable[[Appender], bytes]) -> float:
            pen = author.open()
            with Audience(server.port, [form(pen)] * viewers) as audience:
                return cost(server, audience, events * viewers, lambda: write(author, pen, events, RATE))

        taken = medians({"ws": lambda: measured(_socket), "sse": lambda: measured(request)}, ground.rounds)
    metric = f"ws: an event, {viewers} viewers x {RATE}/s, beside sse"
    return against(metric, "us CPU", taken["ws"], taken["sse"], CPU_TARGET)


def _memory(ground: Ground, pen: Appender) -> Figure:
    count, environment = ground.count(CONNECTIONS), ground.environment
    forms = {"ws": _socket(pen), "sse": request(pen)}
    taken = medians(
        {
            name: lambda form=form: each(ground.functions("debate-stream", environment=environment), [form] * count)
            for name, form in forms.items()
        },
        ground.rounds,
    )
    return against(f"ws: a connection, of {count:,}, beside sse", "KiB", taken["ws"], taken["sse"], MEMORY_TARGET)
