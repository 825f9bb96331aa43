"""Remember tokens that were verified, as the same one comes with every request of a minute."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING

from lib.clerk.claims import SKEW_SECONDS

if TYPE_CHECKING:
    from lib.contract.caller import Caller

MOST = 10_000


class Cache:
    """Verified tokens only, by their hash, the least used dropped first; no token itself is kept."""

    def __init__(self) -> None:
        """Begin empty."""
        self._callers = OrderedDict[bytes, "Caller"]()

    def get(self, token: str, now: float) -> Caller | None:
        """Return who holds this token, unless it has expired since."""
        digest = _digest(token)
        caller = self._callers.get(digest)
        if caller is None:
            return None
        if caller.expires_at <= now - SKEW_SECONDS:
            del self._callers[digest]
            return None
        self._callers.move_to_end(digest)
        return caller

    def put(self, token: str, caller: Caller) -> None:
        """Remember the token."""
        self._callers[_digest(token)] = caller
        if len(self._callers) > MOST:
            self._callers.popitem(last=False)

    def clear(self) -> None:
        """Forget all, as the keys that verified them are others now."""
        self._callers.clear()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
