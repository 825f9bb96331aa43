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

PING_SECONDS = 15.0

SEQ = attrgetter("seq")


class Batch(list["Entry"]):
    """Entries that follow each other, and their frames joined once for all who read them; none where all is quiet."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        super().__init__(entries)
        self.sse = b"".join([entry.sse for entry in entries])


QUIET = Batch()


class Feed:
    """The entries after `start`, in order and without a gap, up to `last`; viewers hold nothing but a cursor."""

    def __init__(self, start: int) -> None:
        """Begin at the cursor of the first viewer."""
        self.viewers = 0
        self.gone = False
        self.last = self._start = self._before = start
        self._entries: list[Entry] = []
        self._newest = QUIET
        self._waiting: list[asyncio.Future[bool]] = []
        self._ping = asyncio.get_running_loop().call_later(PING_SECONDS, self.wake)

    def add(self, entries: Sequence[Entry]) -> None:
        """Append what follows `last`, forget the oldest, wake the viewers."""
        self._before, self._newest, self.last = self.last, Batch(entries), entries[-1].seq
        self._entries += entries
        if (extra := len(self._entries) - MOST) > 0:
            self._start = self._entries[extra - 1].seq
            del self._entries[:extra]
        self.wake(news=True)

    def end(self) -> None:
        """Let every viewer go, as the debate was deleted."""
        self.gone = True
        self.wake()

    def wake(self, *, news: bool = False) -> None:
        """Let every viewer look again: there is news, or nothing came for so long that a proxy might give up."""
        self._ping.cancel()
        self._ping = asyncio.get_running_loop().call_later(PING_SECONDS, self.wake)
        waiting, self._waiting = self._waiting, []
        for viewer in waiting:
            if not viewer.done():
                viewer.set_result(news)

    def since(self, after: int) -> Batch | None:
        """Return what follows a place, or nothing where that place was forgotten."""
        if after == self._before:
            return self._newest
        if after < self._start:
            return None
        return Batch(self._entries[bisect_right(self._entries, after, key=SEQ) :])

    def news(self) -> asyncio.Future[bool]:
        """Return what ends when viewers are woken, and says whether there is news.

        One for each viewer, as cancelling a task cancels what it waits for.
        """
        viewer = asyncio.get_running_loop().create_future()
        self._waiting.append(viewer)
        return viewer

    def close(self) -> None:
        """Ping nobody any more."""
        self._ping.cancel()
