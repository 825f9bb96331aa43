"""Name what a handler finds in its request's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from lib.autogen.speaker import Autogen
    from lib.clerk.verifier import Clerk
    from lib.debates.start import Opening
    from lib.debates.sweep import Sweep
    from lib.event_log.reader import EventLog
    from lib.moderator.moderator import Moderator
    from lib.postgres.pool import Postgres
    from lib.process.health import Checkup
    from lib.process.shutdown import Drain
    from lib.queue.worker import Queue
    from lib.streaming.limits import Viewers


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
