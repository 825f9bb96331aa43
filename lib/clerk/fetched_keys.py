"""Keys fetched from Clerk: cached, refreshed rarely, and kept when a refresh fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING

from lib.clerk.keys import NoKeys
from lib.clerk.refusal import refusal
from lib.clerk.search_limit import SearchLimit
from lib.contract.problems import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

FRESH_SECONDS = 300.0
"""The age at which the next token refreshes the keys."""

REFRESH_SECONDS = 30.0
"""Keys that are no longer fresh are fetched at most once in this time."""

COLD_SECONDS = 5.0
"""Without any key, at most one fetch in this time."""

log = logging.getLogger("clerk")


class FetchedKeys:
    """The keys of a JSON Web Key Set, by key id: one fetch at a time; stale keys are used when a refresh fails."""

    def __init__(self, url: str, secret: str | None, changed: Callable[[], None]) -> None:
        """Fetch from `url`, with `secret` as a Bearer token if not None; call `changed` when the keys have changed."""
        self._url, self._secret, self._changed = url, secret, changed
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._failed = False
        self._search_limit = SearchLimit()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            if self._fetching is not None:
                self._fetching.cancel()
                await asyncio.wait([self._fetching])

    async def candidates(self, kid: str | None, /) -> AsyncGenerator[Sequence[RSAPublicKey], None]:
        if kid is None:
            raise refusal("header", "its header names no key")
        refreshed = await self._refresh_old()
        if not self._keys:
            raise Unavailable("Clerk's keys cannot be fetched at the moment, so no session can be verified; try again.")
        tried = self._keys.get(kid)
        if tried is not None:
            yield [tried]
        if not refreshed:
            await self._refresh(lambda: self._search_limit.take(kid, monotonic()))
        if (other := self._keys.get(kid)) is not None and other is not tried:
            yield [other]

    def down(self) -> str | None:
        # Before the first fetch it is unknown whether keys can be fetched, so None.
        return "Clerk's keys cannot be fetched." if self._failed and not self._keys else None

    def numbers(self) -> dict[str, float]:
        numbers: dict[str, float] = {"keys": len(self._keys)}
        return numbers | {"age_seconds": round(self._age())} if self._keys else numbers

    def _age(self) -> float:
        return monotonic() - self._fetched_at

    async def _refresh_old(self) -> bool:
        """Fetch keys if there are none or they are not fresh, and return whether a fetch was awaited."""
        if self._keys and self._age() <= FRESH_SECONDS:
            return False
        pause = REFRESH_SECONDS if self._keys else COLD_SECONDS
        return await self._refresh(lambda: monotonic() - self._tried_at >= pause)

    async def _refresh(self, may_fetch: Callable[[], bool]) -> bool:
        """Fetch if `may_fetch`; concurrent callers await the same fetch. Return whether one was awaited."""
        if self._fetching is None or self._fetching.done():
            if not may_fetch():
                return False
            self._tried_at = monotonic()
            self._fetching = asyncio.create_task(self._fetch())
        await asyncio.shield(self._fetching)  # a caller that is cancelled must not cancel it for the others
        return True

    async def _fetch(self) -> None:
        # Imported when first needed: a process with CLERK_JWT_KEY never fetches, and starts faster without httpx.
        fetch = import_module("lib.clerk.fetch")
        try:
            keys: dict[str, RSAPublicKey] = await fetch.keys(self._url, self._secret)
        except NoKeys as error:
            self._failed = True
            log.warning("keys not fetched", extra={"reason": str(error), "keys": len(self._keys)})
            return
        self._failed, self._fetched_at = False, monotonic()
        if _moduli(keys) != _moduli(self._keys):
            self._keys = keys
            self._changed()


def _moduli(keys: Mapping[str, RSAPublicKey]) -> dict[str, int]:
    return {kid: key.public_numbers().n for kid, key in keys.items()}
