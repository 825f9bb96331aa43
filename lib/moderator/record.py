"""Keep a debate's log and its Progress in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.contract.events import Event
    from lib.debates.progress import Progress
    from lib.event_log.appender import Appender


class Record:
    """Every event that one worker appends to a debate's log; `progress` has an event before the log does."""

    def __init__(self, appender: Appender, progress: Progress) -> None:
        """Go on after the events that `progress` has."""
        self.appender, self.progress = appender, progress

    def put(self, event: Event) -> bool:
        """Append an event. Returns whether `appender.flush` should be awaited before the next."""
        self.progress.add(event)
        return self.appender.put(event)

    async def write(self, event: Event) -> None:
        """Append an event, and wait where PostgreSQL is far behind."""
        self.progress.add(event)
        await self.appender.write(event)
