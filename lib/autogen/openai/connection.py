"""Post to a model's server, and read what comes within bounds."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from typing import TYPE_CHECKING
from urllib.request import getproxies

import aiohttp
import certifi

from lib.autogen.failures import ModelFault
from lib.contract.failures import ModelAnswerEndless, ModelTimeout, ModelUnavailable, ModelUnreachable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CONNECT_SECONDS = 5.0
"""How long making a connection may take."""

WAIT_SECONDS = 10.0
"""For one of MOST_CONNECTIONS, and for that to be connected."""

MOST_CONNECTIONS = 1_000
"""The connections of a process to one model server, and so the turns that can be asked at once."""

KEEP_SECONDS = 1.0
"""A connection waits for the next turn of its debate, and is given up before a server does that, mostly after 5 s."""

MOST_BYTES = 8_388_608
"""What one answer may have: far more than the longest turn, as each token travels in some 300 bytes."""

PARTING_SECONDS = 0.05
"""How long an answer that has said all may take to end."""

HEADER_BYTES = 32_768
"""The longest header of a response."""


class Connection:
    """The connections of a process to one server, over which requests are posted."""

    def __init__(self, url: str, key: str) -> None:
        """Take the address of the requests, and the key that goes with each."""
        self._url = url
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            # Compressed, words would wait in the buffers of whatever stands between.
            "Accept-Encoding": "identity",
        }
        self._session: aiohttp.ClientSession | None = None

    @contextlib.asynccontextmanager
    async def post(self, body: bytes) -> AsyncGenerator[Response]:
        """Yield the response to a request, which ends with the context. Raises ModelFault."""
        if self._session is None:
            self._session = _session(secure=self._url.startswith("https:"))
        try:
            response = await self._session.post(self._url, data=body, headers=self._headers)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ModelFault(ModelUnreachable(), outage=True) from error
        with contextlib.closing(Response(response)) as bounded:
            yield bounded

    async def close(self) -> None:
        """Give up all connections."""
        if self._session is not None:
            await self._session.close()


def _session(*, secure: bool) -> aiohttp.ClientSession:
    """Make a session, for which a loop must run."""
    trusted = _certificates() if secure else True
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEEP_SECONDS, ssl=trusted),
        timeout=aiohttp.ClientTimeout(total=None, connect=WAIT_SECONDS, sock_connect=CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=bool(getproxies()),
        max_field_size=HEADER_BYTES,
    )


def _certificates() -> ssl.SSLContext:
    """Trust what the operator names by OpenSSL's own variables, or else what Mozilla trusts."""
    named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    return ssl.create_default_context(cafile=None if named else certifi.where())


class Response:
    """One response, whose body is read piece by piece."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self._response, self._received = response, 0
        self._loop = asyncio.get_running_loop()
        self._silence = 0.0
        self._waiting_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._silent = False

    def limit_silence(self, seconds: float) -> None:
        """From now on, have no more patience than so many seconds with a server that sends nothing at all."""
        if self._timer is None:
            self._silence = seconds
            self._timer = self._loop.call_later(seconds, self._look)

    def _look(self) -> None:
        """Close the response where it is waited for too long; only then, as what is read may wait for a viewer."""
        heard = self._loop.time() if self._waiting_since is None else self._waiting_since
        if self._loop.time() - heard >= self._silence:
            self._silent = True
            self._response.close()
        else:
            self._timer = self._loop.call_at(heard + self._silence, self._look)

    async def read(self) -> bytes:
        """Return what came next, and nothing at the end. Raises ModelFault."""
        self._waiting_since = self._loop.time()
        try:
            piece = await self._response.content.readany()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ModelFault(ModelTimeout() if self._silent else ModelUnavailable(), outage=True) from error
        finally:
            self._waiting_since = None
        self._received += len(piece)
        if self._received > MOST_BYTES:
            raise ModelFault(ModelAnswerEndless())
        return piece

    async def read_all(self, seconds: float) -> bytes:
        """Return the body, as far as it comes within its bounds. Raises nothing."""
        pieces: list[bytes] = []
        with contextlib.suppress(ModelFault, TimeoutError):
            async with asyncio.timeout(seconds):
                while piece := await self.read():
                    pieces.append(piece)
        return b"".join(pieces)

    async def end(self) -> None:
        """Read what comes after the last word, so that the connection serves the next turn."""
        await self.read_all(PARTING_SECONDS)

    def close(self) -> None:
        """End the response; one that was read to its end has given its connection back before."""
        if self._timer is not None:
            self._timer.cancel()
        self._response.close()
