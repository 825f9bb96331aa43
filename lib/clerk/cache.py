"""Cache verified tokens: a client sends the same token with every request for about a minute."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING

from lib.clerk.claims import has_expired

if TYPE_CHECKING:
    from lib.contract.caller import Caller

MOST = 10_000
"""The most verified tokens that a process remembers."""


class Cache:
    """An LRU of at most MOST callers, keyed by the SHA-256 of their token, so that no token is kept."""

    def __init__(self) -> None:
        self._callers = OrderedDict[bytes, "Caller"]()

    def get(self, token: str, now: float) -> Caller | None:
        """Return the token's caller, or None if it is not cached or has expired at `now` (Unix seconds)."""
        digest = _digest(token)
        caller = self._callers.get(digest)
        if caller is None:
            return None
        if has_expired(caller.expires_at, now):
            del self._callers[digest]
            return None
        self._callers.move_to_end(digest)
        return caller

    def put(self, token: str, caller: Caller) -> None:
        """Cache a caller, and drop the least recently used one beyond MOST."""
        self._callers[_digest(token)] = caller
        if len(self._callers) > MOST:
            self._callers.popitem(last=False)

    def clear(self) -> None:
        """Drop all callers; called when the keys that verified them change."""
        self._callers.clear()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
