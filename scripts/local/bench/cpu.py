"""Measure how long processes have a CPU."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scripts.local.bench import wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.local.bench.ground import Server

SCHEDULED = 2


def seconds(pid: int) -> float:
    """Return the CPU time of a process and all its threads: what /proc shows in ticks of 10 ms, but in nanoseconds.

    The clock's number is made as clock_getcpuclockid(3) makes it on Linux.
    """
    return time.clock_gettime((~pid << 3) | SCHEDULED)


def per_request(server: Server, requests: Sequence[bytes]) -> float:
    """Return the microseconds of CPU that a server takes for one of the requests. Raises Unmeasured."""
    before = seconds(server.pid)
    wire.send(server.port, requests)
    return (seconds(server.pid) - before) / len(requests) * 1e6
