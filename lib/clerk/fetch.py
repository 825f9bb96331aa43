"""Fetch a JSON Web Key Set (RFC 7517). FetchedKeys imports it when keys are first needed: httpx is slow to import."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any, cast

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random

from lib.clerk.keys import FEWEST_BITS, NoKeys

TIMEOUT_SECONDS = 3.0
"""How long one attempt to fetch the keys may take."""

ATTEMPTS = 2
"""The most attempts of one fetch of the keys."""

MOST_BYTES = 262_144
"""The most bytes of a key set that are read."""

MOST_KEYS = 100
"""The most keys of a key set that are used."""


async def keys(url: str, secret: str | None) -> dict[str, RSAPublicKey]:
    """Return the RSA signing keys at `url` by their key ids; `secret` is sent as a Bearer token.

    A transport error is tried once more. Raises NoKeys if no key came of it.
    """
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(httpx.TransportError),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random(0.1, 0.3),
        reraise=True,
    )
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    try:
        async with (
            asyncio.timeout(ATTEMPTS * TIMEOUT_SECONDS),
            httpx.AsyncClient(timeout=TIMEOUT_SECONDS, headers=headers) as client,
        ):
            return _read(await retrying(_get, client, url))
    except (httpx.HTTPError, TimeoutError) as error:
        raise NoKeys(type(error).__name__) from error


async def _get(client: httpx.AsyncClient, url: str) -> bytes:
    async with client.stream("GET", url) as answer:
        if answer.status_code != HTTPStatus.OK:
            raise NoKeys(f"status {answer.status_code}")
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise NoKeys("too many bytes")
    return bytes(body)


def _read(body: bytes) -> dict[str, RSAPublicKey]:
    try:
        members: object = json.loads(body)["keys"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise NoKeys("no key set") from None
    if not isinstance(members, list):
        raise NoKeys("no key set")
    found = dict(key for member in cast("list[object]", members)[:MOST_KEYS] if (key := _key(member)))
    if not found:
        raise NoKeys("no RSA key with an id")
    return found


def _key(member: object) -> tuple[str, RSAPublicKey] | None:
    """Return a key and its id, or None if it is no RS256 signing key of FEWEST_BITS or more."""
    if not isinstance(member, dict):
        return None
    jwk = cast("dict[str, Any]", member)
    kid = jwk.get("kid")
    if not isinstance(kid, str) or jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
        return None
    try:
        key = RSAAlgorithm.from_jwk({name: jwk[name] for name in ("kty", "n", "e")})
    except (InvalidKeyError, ValueError, TypeError, KeyError):
        return None
    return (kid, key) if isinstance(key, RSAPublicKey) and key.key_size >= FEWEST_BITS else None
