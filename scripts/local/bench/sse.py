"""Compare an event's way to a viewer with a raw send from a shared log, and see how late it comes to thousands."""

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
from scripts.local.bench import cpu, wire
from scripts.local.bench.audience import Audience, Heard, mark
from scripts.local.bench.author import Author, delta
from scripts.local.bench.figure import Figure, Unmeasured, against, within
from scripts.local.bench.rounds import Behind, medians

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from lib.event_log.appender import Appender
    from lib.postgres.connection import Record
    from scripts.local.bench.ground import Ground, Server

VIEWERS, RATE, EVENTS = 100, 50, 100
RATIO_TARGET, P99_TARGET = 1.1, 100
CROWDS = {(2_000, 5): 20, (1_000, 50): 100}
SETTLE_SECONDS, LOOK_SECONDS = 0.5, 0.02
PERCENT = 100
HOUR = 3_600
TEXT = " Utilities lead the market"


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield what an event costs the server for one of a hundred viewers, and the age that 99 % do not reach."""
    with Author(ground.environment) as author:
        yield _cost(ground, author)
        for (viewers, rate), events in CROWDS.items():
            yield _lateness(ground, author, ground.count(viewers), rate, ground.count(events))


def _cost(ground: Ground, author: Author) -> Figure:
    viewers, events = ground.count(VIEWERS), ground.count(EVENTS)
    pen = author.open()
    with contextlib.ExitStack() as stack:
        floor = stack.enter_context(ground.floor("stream"))
        product = stack.enter_context(ground.functions("debate-stream", environment=ground.environment))
        post = _Post(stack.enter_context(contextlib.closing(wire.connect(floor.port))))
        here = stack.enter_context(Audience(product.port, [request(pen)] * viewers))
        there = stack.enter_context(Audience(floor.port, [wire.get("/")] * viewers))
        taken = medians(
            {
                "product": lambda: cost(product, here, events * viewers, lambda: write(author, pen, events, RATE)),
                "floor": lambda: cost(floor, there, events * viewers, lambda: post.paced(author, events)),
            },
            ground.rounds,
        )
    metric = f"sse: an event, {viewers} viewers x {RATE}/s"
    return against(metric, "us CPU", taken["product"], taken["floor"], RATIO_TARGET)


def _lateness(ground: Ground, author: Author, viewers: int, rate: int, events: int) -> Figure:
    pen, ages = author.open(), list[float]()
    with (
        ground.functions("debate-stream", environment=ground.environment) as server,
        Audience(server.port, [request(pen)] * viewers) as audience,
    ):
        for _ in range(ground.rounds):
            audience.heard()
            write(author, pen, events, rate)
            time.sleep(SETTLE_SECONDS)
            heard = audience.heard()
            if heard.ended or not heard.ages:
                raise Unmeasured(f"{heard.ended} of {viewers} viewers were let go")
            missing = events * viewers - heard.marks
            ages.append(quantiles([*heard.ages, *[SETTLE_SECONDS * 1e3] * missing], n=PERCENT)[-1])
    note = f"rounds from {min(ages):.0f} to {max(ages):.0f} ms, from the worker's write to the viewer's read"
    return within(f"sse: p99, {viewers:,} viewers x {rate}/s", "ms", median(ages), P99_TARGET, note)


def request(pen: Appender) -> bytes:
    """Return what opens a stream of what this pen writes."""
    return wire.get(f"/debate-stream/{pen.debate_id}?after=1", clerk.token(seconds=HOUR))


def cost(server: Server, audience: Audience, marks: int, speak: Callable[[], None]) -> float:
    """Return the microseconds of CPU that a server takes for each mark that its audience hears. Raises Behind."""
    audience.heard()
    before = cpu.seconds(server.pid)
    speak()
    _await(audience, marks)
    return (cpu.seconds(server.pid) - before) / marks * 1e6


def _await(audience: Audience, marks: int) -> None:
    """Wait until all was heard. Raises Behind where that takes long after it was written."""
    deadline, heard = time.monotonic() + SETTLE_SECONDS, Heard()
    while heard.marks < marks:
        if time.monotonic() > deadline:
            raise Behind
        time.sleep(LOOK_SECONDS)
        heard.marks += audience.heard().marks


def write(author: Author, pen: Appender, events: int, rate: float) -> None:
    """Write as many events at that rate, each with a mark."""

    async def say(number: int) -> None:
        await pen.write(delta(number, mark() + TEXT))
        if number == events - 1:
            await pen.flush()

    author.paced(events, rate, say)


class _Post:
    """Bring the floor what the log would bring: the same bytes, as many at once, as often."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._waiting, self._due = connection, list[bytes](), 0.0

    def paced(self, author: Author, events: int) -> None:
        """Post events at once after a pause, and else whenever two flushes of the log would be that far apart."""

        async def write(number: int) -> None:
            self._waiting.append(_frame(number))
            if len(self._waiting) == 1:
                loop = asyncio.get_running_loop()
                loop.call_at(max(loop.time(), self._due), self._send)
            if number == events - 1:
                await asyncio.sleep(2 * INTERVAL)

        author.paced(events, RATE, write)

    def _send(self) -> None:
        self._due = asyncio.get_running_loop().time() + INTERVAL
        body, self._waiting = b"".join(self._waiting), []
        head = f"POST / HTTP/1.1\r\nHost: {wire.LOOPBACK}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._connection.sendall(head.encode() + body)
        wire.await_answer(self._connection)


def _frame(number: int) -> bytes:
    """Return what the product sends for an event of the same size."""
    data = json.dumps({"turn": number, "text": mark() + TEXT})
    row = {"seq": number, "type": "turn.delta", "data": data, "at": datetime.now(UTC), "debate_id": UUID(int=0)}
    return entry(cast("Record", row)).sse
