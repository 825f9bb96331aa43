"""Ping the resources of a process, at most once a second."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from lib.contract.health import Check, Health
from lib.process.environment import Variable, word
from lib.process.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

APP_VERSION = Variable("APP_VERSION", "The version that health reports, for example the commit", word, "dev")
AGE = 1.0
"""The seconds for which the result of a check is reused."""

PATIENCE = 1.5
"""The seconds that the check of one resource may take."""


async def _check(resource: Resource) -> Check:
    start = time.perf_counter()
    try:
        reason = await asyncio.wait_for(resource.ping(), PATIENCE)
    except TimeoutError:
        reason = f"no answer within {PATIENCE} s"
    ms = round((time.perf_counter() - start) * 1000)
    return Check(ok=reason is None, ms=ms, reason=reason, numbers=None if reason else resource.numbers)


class HealthChecks:
    """The health of a process. Concurrent callers share one round of pings."""

    def __init__(self, functions: Sequence[str], resources: Mapping[str, Resource], environ: Mapping[str, str]) -> None:
        self._functions = tuple(functions)
        self._resources = {
            name: resource for name, resource in resources.items() if type(resource).ping is not Resource.ping
        }
        self._version = APP_VERSION.read(environ)
        self._lock = asyncio.Lock()
        self._seen = float("-inf")
        self._health: Health

    async def look(self) -> Health:
        """Return the health, at most a second old."""
        if not self._fresh:
            async with self._lock:
                if not self._fresh:  # no other caller has looked while the lock was awaited
                    await self._look()
        return self._health

    @property
    def _fresh(self) -> bool:
        return time.monotonic() - self._seen < AGE

    async def _look(self) -> None:
        checks = await asyncio.gather(*(_check(resource) for resource in self._resources.values()))
        by_name = dict(zip(self._resources, checks, strict=True))
        status = "ok" if all(check.ok for check in checks) else "down"
        self._health = Health(status, self._version, self._functions, by_name)
        self._seen = time.monotonic()
