"""Type the state of a request, in which a handler finds the resources that it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from lib.autogen.speaker import Speaker
    from lib.clerk.verifier import Verifier
    from lib.debates.start import Opening
    from lib.debates.sweep import Sweep
    from lib.event_log.appenders import Appenders
    from lib.event_log.reader import Reader
    from lib.moderator.moderator import Moderator
    from lib.postgres.pool import Postgres
    from lib.process.health import HealthChecks
    from lib.process.shutdown import Shutdown
    from lib.queue.producer import Producer
    from lib.queue.worker import Worker
    from lib.streaming.limits import StreamLimits


class State(TypedDict):
    """The resources of a process by the names of lib/manifest.py; one that none of its functions uses is absent."""

    shutdown: Shutdown
    health: HealthChecks
    clerk: Verifier
    postgres: Postgres
    event_log: Reader
    appender: Appenders
    queue: Producer
    worker: Worker
    viewers: StreamLimits
    opening: Opening
    autogen: Speaker
    moderator: Moderator
    sweep: Sweep
