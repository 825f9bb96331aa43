"""Share the newest events of one debate among its viewers in this process."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.event_log.entry import Entry

MOST = 1_000
"""Entries kept; a viewer that is further behind reads the log itself."""

SEQ = attrgetter("seq")


class Feed:
    """The entries after `start`, in order and without a gap; viewers hold nothing but a cursor."""

    def __init__(self, start: int) -> None:
        """Begin at the cursor of the first viewer."""
        self.viewers = 0
        self.gone = False
        self._start = start
        self._entries: list[Entry] = []
        self._news = asyncio.Event()

    @property
    def last(self) -> int:
        """Return the newest place this knows."""
        return self._entries[-1].seq if self._entries else self._start

    def add(self, entries: Sequence[Entry]) -> None:
        """Append what follows `last`, forget the oldest, wake the viewers."""
        self._entries += entries
        if (extra := len(self._entries) - MOST) > 0:
            self._start = self._entries[extra - 1].seq
            del self._entries[:extra]
        self.wake()

    def end(self) -> None:
        """Let every viewer go, as the debate was deleted."""
        self.gone = True
        self.wake()

    def wake(self) -> None:
        """Let every viewer look again."""
        self._news.set()
        self._news = asyncio.Event()

    def since(self, after: int) -> Sequence[Entry] | None:
        """Return what follows a place, or nothing where that place was forgotten."""
        if after < self._start:
            return None
        return self._entries[bisect_right(self._entries, after, key=SEQ) :]

    async def news(self, seconds: float) -> bool:
        """Wait until viewers are woken; say whether they were, within that time."""
        try:
            async with asyncio.timeout(seconds):
                return await self._news.wait()
        except TimeoutError:
            return False
