"""Compare a WebSocket with an event stream: the CPU of an event, and the memory of a viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.local import clerk
from scripts.local.bench import raw_http
from scripts.local.bench.event_writer import EventWriter
from scripts.local.bench.figure import Figure, against
from scripts.local.bench.memory import CONNECTIONS, each
from scripts.local.bench.rounds import medians
from scripts.local.bench.sse import EVENTS, HOUR, RATE, VIEWERS, cost, request, write
from scripts.local.bench.viewers import Viewers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lib.event_log.appender import Appender
    from scripts.local.bench.bench import Bench

CPU_TARGET, MEMORY_TARGET = 1.4, 2


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield both figures; the floor is an event stream of the same log."""
    with EventWriter(bench.environment) as writer:
        yield _cost(bench, writer)
        yield _memory(bench, writer.new_debate())


def _socket(appender: Appender) -> bytes:
    return raw_http.websocket(f"/debate-stream/{appender.debate_id}", clerk.token(seconds=HOUR), clerk.PARTY)


def _cost(bench: Bench, writer: EventWriter) -> Figure:
    count, events = bench.count(VIEWERS), bench.count(EVENTS)
    with bench.functions("debate-stream", environment=bench.environment) as server:

        def measured(form: Callable[[Appender], bytes]) -> float:
            appender = writer.new_debate()
            with Viewers(server.port, [form(appender)] * count) as viewers:
                return cost(server, viewers, events * count, lambda: write(writer, appender, events, RATE))

        taken = medians({"ws": lambda: measured(_socket), "sse": lambda: measured(request)}, bench.rounds)
    metric = f"ws: an event, {count} viewers x {RATE}/s, beside sse"
    return against(metric, "us CPU", taken["ws"], taken["sse"], CPU_TARGET)


def _memory(bench: Bench, appender: Appender) -> Figure:
    count, environment = bench.count(CONNECTIONS), bench.environment
    forms = {"ws": _socket(appender), "sse": request(appender)}
    taken = medians(
        {
            name: lambda form=form: each(bench.functions("debate-stream", environment=environment), [form] * count)
            for name, form in forms.items()
        },
        bench.rounds,
    )
    return against(f"ws: a connection, of {count:,}, beside sse", "KiB", taken["ws"], taken["sse"], MEMORY_TARGET)
