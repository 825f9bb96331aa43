"""Bound the fetches that tokens with an unknown key or a bad signature cause: anybody can make such tokens up."""

from __future__ import annotations

MOST_AT_ONCE = 4
"""Fetches that unknown key ids may cause at once."""

REFILL_SECONDS = 5.0
"""Seconds until one more fetch is allowed: so long, at most, a key that Clerk has just added stays unknown."""

SAME_ID_SECONDS = 10.0
"""One key id causes at most one fetch in this time, so that a client with a foreign token does not use up the rest."""


class SearchLimit:
    """A token bucket of MOST_AT_ONCE fetches that gains one in REFILL_SECONDS, shared by all key ids."""

    def __init__(self) -> None:
        self._left, self._counted_at = float(MOST_AT_ONCE), 0.0
        self._searched: dict[str, float] = {}  # holds no more than the fetches of SAME_ID_SECONDS

    def take(self, kid: str, now: float) -> bool:
        """Count a fetch because of this key id at `now`, in monotonic seconds; return whether the fetch is allowed."""
        self._searched = {one: at for one, at in self._searched.items() if now - at < SAME_ID_SECONDS}
        left = min(MOST_AT_ONCE, self._left + (now - self._counted_at) / REFILL_SECONDS)
        if kid in self._searched or left < 1:
            return False
        self._left, self._counted_at = left - 1, now
        self._searched[kid] = now
        return True
