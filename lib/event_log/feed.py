"""Share the newest events of one debate among its viewers in one process."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.event_log.entry import Entry

MOST = 1_000
"""Entries that a Feed keeps; a viewer whose cursor is further behind is served from PostgreSQL."""

PING_SECONDS = 15.0
"""How long a stream may be silent before a ping is sent."""

SEQ = attrgetter("seq")


class Batch(list["Entry"]):
    """Consecutive entries, and `sse`, their frames joined once for all viewers; empty where there was no news."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        super().__init__(entries)
        self.sse = b"".join([entry.sse for entry in entries])


QUIET = Batch()


class Feed:
    """The entries of one debate after `start`, without a gap, up to `last`. A viewer holds only its cursor, a seq."""

    def __init__(self, start: int) -> None:
        """Begin after `start`, the cursor of the first viewer."""
        self.viewers = 0
        self.gone = False
        self.last = self._start = self._before = start
        self._entries: list[Entry] = []
        self._newest = QUIET
        self._waiting: list[asyncio.Future[bool]] = []
        self._closed = False
        self._ping = asyncio.get_running_loop().call_later(PING_SECONDS, self.wake)

    def add(self, entries: Sequence[Entry]) -> None:
        """Append the entries that follow `last`, drop the oldest beyond MOST, wake the viewers."""
        self._before, self._newest, self.last = self.last, Batch(entries), entries[-1].seq
        self._entries += entries
        if (extra := len(self._entries) - MOST) > 0:
            self._start = self._entries[extra - 1].seq
            del self._entries[:extra]
        self.wake(news=True)

    def end(self) -> None:
        """End the streams of all viewers, as the debate was deleted."""
        self.gone = True
        self.wake()

    def wake(self, *, news: bool = False) -> None:
        """Wake every viewer: with news, or after PING_SECONDS without any, so that no proxy cuts an idle stream."""
        self._ping.cancel()
        if self._closed:  # its last viewer left while a read for it was under way
            return
        self._ping = asyncio.get_running_loop().call_later(PING_SECONDS, self.wake)
        waiting, self._waiting = self._waiting, []
        for viewer in waiting:
            if not viewer.done():
                viewer.set_result(news)

    def since(self, after: int) -> Batch | None:
        """Return the entries after a seq, or None where the feed no longer has all of them."""
        if after == self._before:
            return self._newest
        if after < self._start:
            return None
        return Batch(self._entries[bisect_right(self._entries, after, key=SEQ) :])

    def news(self) -> asyncio.Future[bool]:
        """Return a future of the next `wake`, whose result says whether there is news.

        Each viewer has its own: cancelling a task cancels the future that it awaits.
        """
        viewer = asyncio.get_running_loop().create_future()
        self._waiting.append(viewer)
        return viewer

    def close(self) -> None:
        """Stop the pings, also those that a later `add` would begin."""
        self._closed = True
        self._ping.cancel()
