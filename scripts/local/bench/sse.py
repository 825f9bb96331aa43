"""Compare the delivery of an event with a raw send from a shared log, and measure its age at thousands of viewers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import TYPE_CHECKING, cast
from uuid import UUID

from lib.event_log.entry import entry
from lib.event_log.writer import INTERVAL
from scripts.local import clerk
from scripts.local.bench import cpu, raw_http
from scripts.local.bench.event_writer import EventWriter, delta
from scripts.local.bench.figure import Figure, Unmeasured, against, within
from scripts.local.bench.rounds import Behind, medians
from scripts.local.bench.viewers import Received, Viewers, stamp

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from lib.event_log.appender import Appender
    from lib.postgres.connection import Record
    from scripts.local.bench.bench import Bench
    from scripts.local.bench.launch import Server

VIEWERS, RATE, EVENTS = 100, 50, 100
RATIO_TARGET, P99_TARGET = 1.1, 100
CROWDS = {(2_000, 5): 20, (1_000, 50): 100}
SETTLE_SECONDS, POLL_SECONDS = 0.5, 0.02
PERCENT = 100
HOUR = 3_600
TEXT = " Utilities lead the market"


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the CPU of an event for one of a hundred viewers, and the 99th percentile of its age."""
    with EventWriter(bench.environment) as writer:
        yield _cost(bench, writer)
        for (count, rate), events in CROWDS.items():
            yield _lateness(bench, writer, bench.count(count), rate, bench.count(events))


def _cost(bench: Bench, writer: EventWriter) -> Figure:
    count, events = bench.count(VIEWERS), bench.count(EVENTS)
    appender = writer.new_debate()
    with contextlib.ExitStack() as stack:
        floor = stack.enter_context(bench.floor("stream"))
        product = stack.enter_context(bench.functions("debate-stream", environment=bench.environment))
        post = _Post(stack.enter_context(contextlib.closing(raw_http.connect(floor.port))))
        streaming = stack.enter_context(Viewers(product.port, [request(appender)] * count))
        raw = stack.enter_context(Viewers(floor.port, [raw_http.get("/")] * count))
        taken = medians(
            {
                "product": lambda: cost(
                    product, streaming, events * count, lambda: write(writer, appender, events, RATE)
                ),
                "floor": lambda: cost(floor, raw, events * count, lambda: post.paced(writer, events)),
            },
            bench.rounds,
        )
    metric = f"sse: an event, {count} viewers x {RATE}/s"
    return against(metric, "us CPU", taken["product"], taken["floor"], RATIO_TARGET)


def _lateness(bench: Bench, writer: EventWriter, count: int, rate: int, events: int) -> Figure:
    appender, ages = writer.new_debate(), list[float]()
    with (
        bench.functions("debate-stream", environment=bench.environment) as server,
        Viewers(server.port, [request(appender)] * count) as viewers,
    ):
        for _ in range(bench.rounds):
            viewers.received()
            write(writer, appender, events, rate)
            time.sleep(SETTLE_SECONDS)
            received = viewers.received()
            if received.ended or not received.ages:
                raise Unmeasured(f"{received.ended} of {count} streams were ended")
            missing = events * count - received.stamps
            ages.append(quantiles([*received.ages, *[SETTLE_SECONDS * 1e3] * missing], n=PERCENT)[-1])
    note = f"rounds from {min(ages):.0f} to {max(ages):.0f} ms, from the worker's write to the viewer's read"
    return within(f"sse: p99, {count:,} viewers x {rate}/s", "ms", median(ages), P99_TARGET, note)


def request(appender: Appender) -> bytes:
    """Return the request for the stream of an appender's debate."""
    return raw_http.get(f"/debate-stream/{appender.debate_id}?after=1", clerk.token(seconds=HOUR))


def cost(server: Server, viewers: Viewers, stamps: int, write: Callable[[], None]) -> float:
    """Return the microseconds of a server's CPU for each stamp that its viewers receive. Raises Behind."""
    viewers.received()
    before = cpu.seconds(server.pid)
    write()
    _await(viewers, stamps)
    return (cpu.seconds(server.pid) - before) / stamps * 1e6


def _await(viewers: Viewers, stamps: int) -> None:
    """Wait until all stamps were received. Raises Behind after SETTLE_SECONDS."""
    deadline, received = time.monotonic() + SETTLE_SECONDS, Received()
    while received.stamps < stamps:
        if time.monotonic() > deadline:
            raise Behind
        time.sleep(POLL_SECONDS)
        received.stamps += viewers.received().stamps


def write(writer: EventWriter, appender: Appender, events: int, rate: float) -> None:
    """Write this many events, `rate` a second, each with a stamp."""

    async def write_one(number: int) -> None:
        await appender.write(delta(number, stamp() + TEXT))
        if number == events - 1:
            await appender.flush()

    writer.paced(events, rate, write_one)


class _Post:
    """Post to the floor server what the log would deliver: the same bytes in the same batches."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._waiting, self._due = connection, list[bytes](), 0.0

    def paced(self, writer: EventWriter, events: int) -> None:
        """Post an event at once after a pause, else INTERVAL after the last post, as the log's writer flushes."""

        async def write(number: int) -> None:
            self._waiting.append(_frame(number))
            if len(self._waiting) == 1:
                loop = asyncio.get_running_loop()
                loop.call_at(max(loop.time(), self._due), self._send)
            if number == events - 1:
                await asyncio.sleep(2 * INTERVAL)

        writer.paced(events, RATE, write)

    def _send(self) -> None:
        self._due = asyncio.get_running_loop().time() + INTERVAL
        body, self._waiting = b"".join(self._waiting), []
        head = f"POST / HTTP/1.1\r\nHost: {raw_http.LOOPBACK}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._connection.sendall(head.encode() + body)
        raw_http.await_answer(self._connection)


def _frame(number: int) -> bytes:
    """Return the bytes that debate-stream sends for an event of this size."""
    data = json.dumps({"turn": number, "text": stamp() + TEXT})
    row = {"seq": number, "type": "turn.delta", "data": data, "at": datetime.now(UTC), "debate_id": UUID(int=0)}
    return entry(cast("Record", row)).sse
