"""Name what a handler finds in its request's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from lib.autogen import Autogen
    from lib.clerk import Clerk
    from lib.drain import Drain
    from lib.event_log import EventLog
    from lib.health import Checkup
    from lib.moderator import Moderator
    from lib.opening import Opening
    from lib.postgres import Postgres
    from lib.queue import Queue
    from lib.sweep import Sweep
    from lib.viewers import Viewers


class State(TypedDict):
    """The resources of a process; one that no function of it uses is absent."""

    drain: Drain
    health: Checkup
    clerk: Clerk
    postgres: Postgres
    event_log: EventLog
    queue: Queue
    viewers: Viewers
    opening: Opening
    autogen: Autogen
    moderator: Moderator
    sweep: Sweep
