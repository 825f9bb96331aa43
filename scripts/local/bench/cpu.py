"""Measure the CPU time of processes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scripts.local.bench import raw_http

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.local.bench.launch import Server

SCHEDULED = 2


def seconds(pid: int) -> float:
    """Return the CPU time of a process with all its threads, in seconds to the nanosecond.

    The clock's number is computed as clock_getcpuclockid(3) does on Linux.
    """
    return time.clock_gettime((~pid << 3) | SCHEDULED)


def per_request(server: Server, requests: Sequence[bytes]) -> float:
    """Send the requests; return a server's microseconds of CPU for each. Raises Unmeasured."""
    before = seconds(server.pid)
    raw_http.send(server.port, requests)
    return (seconds(server.pid) - before) / len(requests) * 1e6
