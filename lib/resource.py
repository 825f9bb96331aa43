"""Say what a resource is: something a function uses that lives as long as its process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypedDict

if TYPE_CHECKING:
    from types import TracebackType

    from lib.autogen import Autogen
    from lib.clerk import Clerk
    from lib.drain import Drain
    from lib.event_log import EventLog
    from lib.health import Checkup
    from lib.moderator import Moderator
    from lib.opening import Opening
    from lib.postgres import Postgres
    from lib.queue import Queue


class Resource:
    """What `build(environ, state)` of a module named in a manifest's `uses` returns.

    `build` reads the environment and raises Misconfigured; entering connects; leaving lets go of everything.
    """

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to let go of."""

    async def ping(self) -> str | None:
        """Say why this is down, or nothing; never raises. Health leaves out a resource that cannot be down."""
        return None


class State(TypedDict):
    """The resources of a process; one that no function of it uses is absent."""

    drain: Drain
    health: Checkup
    clerk: Clerk
    postgres: Postgres
    event_log: EventLog
    queue: Queue
    opening: Opening
    autogen: Autogen
    moderator: Moderator
