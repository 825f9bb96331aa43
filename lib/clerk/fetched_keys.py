"""Keep the public keys of a Clerk instance that were fetched, fetch rarely, and lose none."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING

from lib.clerk.keys import NoKeys
from lib.clerk.refusal import refusal
from lib.contract.problems import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

FRESH_SECONDS = 300.0
REFRESH_SECONDS = 30.0
"""An unknown key id or a bad signature causes at most one fetch in this time."""

COLD_SECONDS = 5.0
"""Without any key there is at most one fetch in this time."""

log = logging.getLogger("clerk")


class FetchedKeys:
    """The keys of a JWKS by their ids: one fetch at a time, five minutes fresh, stale rather than none."""

    def __init__(self, url: str, secret: str | None, changed: Callable[[], None]) -> None:
        """Fetch from this address, with the secret if there is one; call `changed` when the keys are others."""
        self._url, self._secret, self._changed = url, secret, changed
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._failed = False

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Own the fetch that is under way when the process ends."""
        try:
            yield
        finally:
            if self._fetching is not None:
                self._fetching.cancel()
                await asyncio.wait([self._fetching])

    async def candidates(self, kid: str | None, /) -> AsyncGenerator[Sequence[RSAPublicKey], None]:
        """Yield the key of that id, and once more after a refresh, if that may bring another."""
        if kid is None:
            raise refusal("header", "its header names no key")
        if not self._keys:
            await self._refresh(COLD_SECONDS)
        elif self._age() > FRESH_SECONDS:
            await self._refresh(REFRESH_SECONDS)
        if not self._keys:
            raise Unavailable("Clerk's keys cannot be fetched at the moment, so no session can be verified; try again.")
        tried = self._keys.get(kid)
        if tried is not None:
            yield [tried]
        await self._refresh(REFRESH_SECONDS)
        if (other := self._keys.get(kid)) is not None and other is not tried:
            yield [other]

    def down(self) -> str | None:
        """Say that no key could be fetched; before anybody asked for one that is not known."""
        return "Clerk's keys cannot be fetched." if self._failed and not self._keys else None

    def numbers(self) -> dict[str, float]:
        """Count the keys and their age; nothing is fetched for it."""
        counted: dict[str, float] = {"keys": len(self._keys)}
        return counted | {"age_seconds": round(self._age())} if self._keys else counted

    def _age(self) -> float:
        return monotonic() - self._fetched_at

    async def _refresh(self, pause: float) -> None:
        """Fetch, unless that was tried within the pause; who comes meanwhile waits for the same fetch."""
        if self._fetching is None or self._fetching.done():
            if monotonic() - self._tried_at < pause:
                return
            self._tried_at = monotonic()
            self._fetching = asyncio.create_task(self._fetch())
        await asyncio.shield(self._fetching)  # who goes away leaves it to the others

    async def _fetch(self) -> None:
        # Imported when first needed: most processes are given their keys, and start faster without an HTTP client.
        fetch = import_module("lib.clerk.fetch")
        try:
            keys: dict[str, RSAPublicKey] = await fetch.keys(self._url, self._secret)
        except NoKeys as error:
            self._failed = True
            log.warning("keys not fetched", extra={"reason": str(error), "keys": len(self._keys)})
            return
        self._failed, self._fetched_at = False, monotonic()
        if _numbers(keys) != _numbers(self._keys):
            self._keys = keys
            self._changed()


def _numbers(keys: Mapping[str, RSAPublicKey]) -> dict[str, int]:
    return {kid: key.public_numbers().n for kid, key in keys.items()}
