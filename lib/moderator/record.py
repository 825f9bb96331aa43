"""Keep the minutes of a debate: its log, and what that adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.contract.events import Event
    from lib.debates.progress import Progress
    from lib.event_log.appender import Appender


class Record:
    """What one worker writes of a debate; `progress` knows of an event before the log does."""

    def __init__(self, pen: Appender, progress: Progress) -> None:
        """Write with this pen, and go on from there."""
        self.pen, self.progress = pen, progress

    def put(self, event: Event) -> bool:
        """Take an event, and say whether so much waits that `pen.flush` should be awaited."""
        self.progress.add(event)
        return self.pen.put(event)

    async def write(self, event: Event) -> None:
        """Take an event, and wait where that is necessary."""
        self.progress.add(event)
        await self.pen.write(event)
