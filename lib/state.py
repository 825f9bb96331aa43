"""Name what a handler finds in its request's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from lib.agents.model import DebateModel
    from lib.autogen.speaker import Speaker
    from lib.clerk.verifier import Verifier
    from lib.debates.limits import DebateLimits
    from lib.debates.sweep import Sweep
    from lib.event_log.reader import Reader
    from lib.moderator.moderator import Moderator
    from lib.postgres.pool import Postgres
    from lib.process.health import HealthChecks
    from lib.process.shutdown import Shutdown
    from lib.queue.worker import Queue
    from lib.streaming.limits import StreamLimits


class State(TypedDict):
    """The resources of a process; one that no function of it uses is absent."""

    drain: Shutdown
    health: HealthChecks
    clerk: Verifier
    postgres: Postgres
    event_log: Reader
    queue: Queue
    model: DebateModel
    limits: DebateLimits
    stream_limits: StreamLimits
    autogen: Speaker
    moderator: Moderator
    sweep: Sweep
