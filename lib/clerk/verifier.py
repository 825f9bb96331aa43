"""Verify the session tokens of one Clerk instance."""

from __future__ import annotations

import base64
import binascii
import contextlib
import logging
import re
import time
from collections import Counter
from typing import TYPE_CHECKING

import jwt

from lib.clerk import claims, keys, token
from lib.clerk.cache import Cache
from lib.clerk.fetched_keys import FetchedKeys
from lib.clerk.given_keys import GivenKeys
from lib.clerk.refusal import refusal
from lib.contract.problems import SessionRequired
from lib.process.environment import Misconfigured, Variable, items, web_address
from lib.process.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from starlette.datastructures import Headers

    from lib.clerk.keys import Keys
    from lib.contract.caller import Caller

API_JWKS_URL = "https://api.clerk.com/v1/jwks"
LOOPBACK = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:|$)")
SECRET_KEY = re.compile(r"sk_(test|live)_[A-Za-z0-9]{1,200}")

log = logging.getLogger("clerk")


def _issuer_of(publishable_key: str) -> str:
    """Return the issuer of a publishable key, which holds the frontend API's host and a `$` in base64."""
    found = re.fullmatch(r"pk_(?:test|live)_([A-Za-z0-9_=-]+)", publishable_key)
    try:
        domain = base64.urlsafe_b64decode(found[1] + "==").decode("ascii") if found else ""
    except (binascii.Error, UnicodeDecodeError):
        domain = ""
    if not re.fullmatch(r"[a-z0-9.-]+\$", domain):
        raise ValueError("it does not decode to a frontend API")
    return f"https://{domain[:-1]}"


def _issuer(text: str) -> str:
    address = web_address(text)
    if not address.startswith("https://") and not LOOPBACK.match(address):
        raise ValueError("it must begin with https://")
    return address


def _parties(text: str) -> tuple[str, ...]:
    if not (found := items(text)):
        raise ValueError("it must name at least one origin")
    return found


def _audiences(text: str) -> tuple[str, ...]:
    if not (found := items(text)):
        raise ValueError("it must be empty or name at least one audience")
    return found


def _secret(text: str) -> str:
    if not SECRET_KEY.fullmatch(text):
        raise ValueError("it must begin with sk_test_ or sk_live_")
    return text


CLERK_PUBLISHABLE_KEY = Variable(
    "CLERK_PUBLISHABLE_KEY", "Clerk's publishable key, which names the issuer; this or CLERK_ISSUER", _issuer_of, None
)
CLERK_ISSUER = Variable(
    "CLERK_ISSUER", "The issuer of the session tokens, instead of the publishable key's", _issuer, None
)
CLERK_AUTHORIZED_PARTIES = Variable(
    "CLERK_AUTHORIZED_PARTIES", "The origins whose sessions are accepted (azp), comma separated", _parties
)
CLERK_AUDIENCE = Variable(
    "CLERK_AUDIENCE",
    "The audiences of which a token must have one, comma separated; where empty it has none",
    _audiences,
    (),
)
CLERK_JWT_KEY = Variable(
    "CLERK_JWT_KEY",
    "Clerk's PEM public key, several for rotation; where empty they are fetched from Clerk",
    keys.parse,
    None,
)
CLERK_SECRET_KEY = Variable(
    "CLERK_SECRET_KEY", "Clerk's secret key, to fetch the keys from its API instead of the issuer", _secret, None
)


class Verifier(Resource):
    """The resource `clerk`: turns the Authorization header of a request into a Caller."""

    variables = (
        CLERK_PUBLISHABLE_KEY,
        CLERK_ISSUER,
        CLERK_AUTHORIZED_PARTIES,
        CLERK_AUDIENCE,
        CLERK_JWT_KEY,
        CLERK_SECRET_KEY,
    )

    def __init__(self, environ: Mapping[str, str], clock: Callable[[], float] = time.time) -> None:
        """Read the CLERK_ variables; `clock` returns Unix seconds. Raises Misconfigured."""
        named = CLERK_PUBLISHABLE_KEY.read(environ)
        issuer = CLERK_ISSUER.read(environ) or named
        if issuer is None:
            raise Misconfigured(f"{CLERK_PUBLISHABLE_KEY.name} is not set: {CLERK_PUBLISHABLE_KEY.meaning}")
        parties, audiences = CLERK_AUTHORIZED_PARTIES.read(environ), CLERK_AUDIENCE.read(environ)
        self._rules = claims.Rules(issuer, frozenset(parties), frozenset(audiences))
        self._cache = Cache()
        self._keys = self._choose_keys(environ, issuer)
        self._clock = clock
        self._refused = Counter[str]()

    def _choose_keys(self, environ: Mapping[str, str], issuer: str) -> Keys:
        given, secret = CLERK_JWT_KEY.read(environ), CLERK_SECRET_KEY.read(environ)
        if given is not None:
            return GivenKeys(given)
        return FetchedKeys(API_JWKS_URL if secret else f"{issuer}/.well-known/jwks.json", secret, self._cache.clear)

    async def _enter(self, stack: contextlib.AsyncExitStack) -> None:
        await stack.enter_async_context(self._keys.running())

    async def ping(self) -> str | None:
        """Return why no token can be verified, or None. Fetches nothing."""
        return self._keys.down()

    @property
    def numbers(self) -> dict[str, float]:
        """Return the numbers of the keys, and `refused_<reason>` for each reason since the start."""
        return self._keys.numbers() | {f"refused_{reason}": count for reason, count in sorted(self._refused.items())}

    async def caller(self, headers: Headers) -> Caller:
        """Return who sent a request. Raises SessionRequired with a reason, or Unavailable without keys."""
        try:
            return await self._verify(token.bearer(headers))
        except SessionRequired as problem:
            self._refused[problem.reason or ""] += 1
            log.info("session refused", extra={"reason": problem.reason})
            raise

    def has_expired(self, caller: Caller) -> bool:
        """Return whether the token of a caller, who may have been verified long ago, has expired since."""
        return claims.has_expired(caller.expires_at, self._clock())

    async def _verify(self, text: str) -> Caller:
        if (known := self._cache.get(text, self._clock())) is not None:
            return known
        kid = token.header(text).get("kid")
        payload = await self._payload(text, kid)
        caller = claims.check(claims.read(payload), self._rules, self._clock())
        self._cache.put(text, caller)
        return caller

    async def _payload(self, text: str, kid: str | None) -> bytes:
        async with contextlib.aclosing(self._keys.candidates(kid)) as batches:
            async for batch in batches:
                for key in batch:
                    with contextlib.suppress(jwt.InvalidSignatureError):
                        return _signed(text, key)
        raise refusal("signature", "its signature is not Clerk's")


_JWS = jwt.PyJWS(algorithms=["RS256"])


def _signed(text: str, key: RSAPublicKey) -> bytes:
    """Return the payload if `key` signed it. Raises InvalidSignatureError, or SessionRequired for a malformed token."""
    try:
        return _JWS.decode_complete(text, key, algorithms=["RS256"])["payload"]
    except jwt.InvalidSignatureError:
        raise
    except jwt.PyJWTError:
        raise refusal("malformed", "it does not have the form of a session token") from None


build = Verifier
