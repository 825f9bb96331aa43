"""Bound the WebSockets whose client has not yet sent its token, for each address and in all."""

from __future__ import annotations

import asyncio
import contextlib
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from lib.contract.problems import TooManyRequests
from lib.web import proxy_headers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Scope

AUTH_SECONDS = 5.0
"""How long a client may take to send its token."""

MOST = 2_000
"""The most sockets that wait for their token."""

MOST_PER_ADDRESS = 20
"""The most of one address that wait."""

NETWORK_BITS = 64
"""The part of an IPv6 address that a provider gives to one customer (RFC 6177)."""


def client_address(scope: Scope) -> str:
    """Return the address that a connection counts for: X-Real-IP, which Railway's edge sets, or else the peer's.

    Without that edge a client can make X-Real-IP up: then only MOST bounds it, and not MOST_PER_ADDRESS.
    """
    peer = (scope.get("client") or ("",))[0]
    address = proxy_headers.read(dict(scope["headers"])).get("client_ip", peer)
    try:
        return f"{int(IPv6Address(address)) >> NETWORK_BITS:x}"
    except ValueError:
        return address


class UnauthenticatedSockets:
    """The sockets that wait. A new one is never refused: beyond a bound it takes the place of the one waiting longest.

    A client that sends its token at once is thus let in, however many others are silent.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, dict[asyncio.Timeout, None]] = {}
        self._count = 0

    @contextlib.asynccontextmanager
    async def waiting(self, address: str) -> AsyncGenerator[None]:
        """Wait for a token until the context ends. Raises TimeoutError after AUTH_SECONDS, and TooManyRequests."""
        timeout = asyncio.timeout(AUTH_SECONDS)
        try:
            async with timeout:
                self._add(address, timeout)
                yield
        except TimeoutError:
            if timeout in self._waiting.get(address, ()):
                raise
            raise TooManyRequests(
                "Too many WebSockets wait for their token; send it at once.", reason="sockets"
            ) from None
        finally:
            self._remove(address, timeout)

    def _add(self, address: str, timeout: asyncio.Timeout) -> None:
        if len(self._waiting.get(address, ())) >= MOST_PER_ADDRESS:
            self._evict_from(address)
        elif self._count >= MOST:
            self._evict_from(max(self._waiting, key=lambda fullest: len(self._waiting[fullest])))
        self._waiting.setdefault(address, {})[timeout] = None
        self._count += 1

    def _evict_from(self, address: str) -> None:
        oldest = next(iter(self._waiting[address]))
        oldest.reschedule(0)  # the past, so that it expires in the loop's next iteration
        self._remove(address, oldest)

    def _remove(self, address: str, timeout: asyncio.Timeout) -> None:
        sockets = self._waiting.get(address, {})
        if timeout in sockets:
            del sockets[timeout]
            self._count -= 1
            if not sockets:
                del self._waiting[address]
