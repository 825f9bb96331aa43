from __future__ import annotations

import asyncio
import time

from lib.process.health import HealthChecks
from lib.process.resource import Resource


class Counted(Resource):
    """A resource that counts how often somebody looks."""

    looks = 0

    async def ping(self) -> str | None:
        """Be well."""
        self.looks += 1
        await asyncio.sleep(0)
        return None


class Hanging(Resource):
    """A resource that never answers."""

    async def ping(self) -> str | None:
        """Wait for ever."""
        await asyncio.Event().wait()
        return None


def test_a_thousand_looks_are_one_a_second() -> None:
    resource = Counted()

    async def look() -> float:
        checkup = HealthChecks(("health",), {"counted": resource}, {})
        started = time.monotonic()
        for _ in range(10):
            await asyncio.gather(*(checkup.look() for _ in range(100)))
        return time.monotonic() - started

    assert resource.looks <= asyncio.run(look()) + 1


def test_looks_again_after_a_second() -> None:
    resource = Counted()

    async def look() -> None:
        checkup = HealthChecks(("health",), {"counted": resource}, {})
        while resource.looks < 3:
            await checkup.look()
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(look(), 60))


def test_a_resource_that_does_not_answer_is_down_and_holds_up_no_other() -> None:
    async def look() -> None:
        health = await HealthChecks(("health",), {"hanging": Hanging(), "counted": Counted()}, {}).look()
        assert health.status == "down"
        assert health.checks["counted"].ok
        assert health.checks["hanging"].reason == "no answer within 1.5 s"

    asyncio.run(asyncio.wait_for(look(), 60))


def test_a_resource_that_cannot_be_down_is_not_checked() -> None:
    health = asyncio.run(HealthChecks(("health",), {"steady": Resource()}, {"APP_VERSION": "abc"}).look())
    assert (health.status, health.version, health.checks) == ("ok", "abc", {})
