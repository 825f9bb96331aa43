"""Turn a Clerk session token into the caller it proves."""

from __future__ import annotations

import base64
import binascii
import logging
import re
import time
from typing import TYPE_CHECKING, Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lib.contract.caller import Caller
from lib.environment import REQUIRED, Misconfigured, Variable, items, web_address
from lib.problems import Problem, SessionRequired
from lib.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import Headers


PEM = re.compile(r"-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----")
SKEW_SECONDS = 5
MOST_CHARACTERS = 8_192

log = logging.getLogger("clerk")


def _keys(text: str) -> tuple[RSAPublicKey, ...]:
    found = PEM.findall(text.replace("\\n", "\n"))
    try:
        keys = [load_pem_public_key(pem.encode()) for pem in found]
    except ValueError:
        keys = []
    rsa = tuple(key for key in keys if isinstance(key, RSAPublicKey))
    if not rsa or len(rsa) < text.count("-----BEGIN"):
        raise ValueError("it must hold RSA public keys in PEM form, and nothing else")
    return rsa


def _issuer(publishable_key: str) -> str:
    """Return the issuer that a publishable key names: https:// and the base64 of the frontend API, then a $."""
    found = re.fullmatch(r"pk_(?:test|live)_([A-Za-z0-9_=-]+)", publishable_key)
    try:
        domain = base64.urlsafe_b64decode(found[1] + "==").decode("ascii") if found else ""
    except (binascii.Error, UnicodeDecodeError):
        domain = ""
    if not re.fullmatch(r"[a-z0-9.-]+\$", domain):
        raise ValueError("it does not decode to a frontend API")
    return f"https://{domain[:-1]}"


def _parties(text: str) -> tuple[str, ...]:
    if not (found := items(text)):
        raise ValueError("it must name at least one origin")
    return found


CLERK_JWT_KEY = Variable("CLERK_JWT_KEY", "Clerk's PEM public key; several for rotation", _keys, REQUIRED)
CLERK_PUBLISHABLE_KEY = Variable(
    "CLERK_PUBLISHABLE_KEY", "Clerk's publishable key, which names the issuer", _issuer, None
)
CLERK_ISSUER = Variable(
    "CLERK_ISSUER", "The issuer of the session tokens, instead of the publishable key's", web_address, None
)
CLERK_AUTHORIZED_PARTIES = Variable(
    "CLERK_AUTHORIZED_PARTIES", "The origins whose sessions are accepted (azp), comma separated", _parties
)


class Clerk(Resource):
    """The door: who has a valid session token of one Clerk instance."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Parse the keys once. Raises Misconfigured."""
        self._keys = CLERK_JWT_KEY.read(environ)
        named = CLERK_PUBLISHABLE_KEY.read(environ)
        issuer = CLERK_ISSUER.read(environ) or named
        if issuer is None:
            raise Misconfigured(
                f"{CLERK_PUBLISHABLE_KEY.name} is not set: {CLERK_PUBLISHABLE_KEY.meaning}; or set {CLERK_ISSUER.name}"
            )
        self._issuer: str = issuer
        self._parties = frozenset(CLERK_AUTHORIZED_PARTIES.read(environ))

    def caller(self, headers: Headers) -> Caller:
        """Return who calls. Raises SessionRequired, with a reason, for anything but one valid token."""
        try:
            return self._verify(_bearer(headers.getlist("authorization")))
        except Problem as problem:
            log.info("session refused", extra={"reason": problem.reason})
            raise

    def _verify(self, token: str) -> Caller:
        claims = self._claims(token)
        now = time.time()
        subject, session = claims.get("sub"), claims.get("sid")
        if not (isinstance(subject, str) and re.fullmatch(r"user_[A-Za-z0-9]{1,64}", subject)):
            raise _refusal("claim", "its subject is not a user")
        if not (isinstance(session, str) and session.startswith("sess_")):
            raise _refusal("claim", "it belongs to no session")
        if claims.get("iss") != self._issuer:
            raise _refusal("issuer", "it was issued by another Clerk instance")
        party: object = claims.get("azp")
        if not (isinstance(party, str) and party in self._parties):
            raise _refusal("authorized-party", "it was issued for another origin")
        if claims.get("sts", "active") != "active":
            raise _refusal("pending", "its session has tasks left to do; finish signing in")
        _check_times(claims, now)
        return _caller(claims)

    def _claims(self, token: str) -> dict[str, Any]:
        for key in self._keys:
            try:
                return jwt.decode(token, key, algorithms=["RS256"], options=_SIGNATURE_ONLY)
            except jwt.InvalidSignatureError:
                continue
            except jwt.InvalidAlgorithmError:
                raise _refusal("algorithm", "its algorithm is not RS256") from None
            except jwt.PyJWTError:
                raise _refusal("malformed", "it is not a session token") from None
        raise _refusal("signature", "its signature is not Clerk's")


_SIGNATURE_ONLY: Any = {"verify_signature": True} | dict.fromkeys(
    ("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss", "verify_sub", "verify_jti"), False
)


def _refusal(reason: str, why: str) -> SessionRequired:
    return SessionRequired(
        f"The session token is refused: {why}. Sign in again, or fetch a fresh token.", reason=reason
    )


def _bearer(headers: list[str]) -> str:
    if not headers:
        raise SessionRequired(
            "Send a Clerk session token as Authorization: Bearer <token>.",
            reason="missing",
            headers={"WWW-Authenticate": "Bearer"},
        )
    found = re.fullmatch(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/=-]+)", headers[0])
    if len(headers) > 1 or found is None:
        raise _refusal("malformed", "the Authorization header is not one Bearer token")
    if len(found[1]) > MOST_CHARACTERS:
        raise _refusal("too-large", "it is too long")
    return found[1]


def _whole(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int:
        raise _refusal("claim", f"its {name} is not a whole number")
    return value


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    if _whole(claims, "exp") <= now - SKEW_SECONDS:
        raise _refusal("expired", "it has expired")
    if max(_whole(claims, "iat"), _whole(claims, "nbf") if "nbf" in claims else 0) > now + SKEW_SECONDS:
        raise _refusal("not-yet-valid", "it is not valid yet")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _caller(claims: Mapping[str, Any]) -> Caller:
    """Read organisation claims of version 1; version 2 has none of these names."""
    permissions, actor = claims.get("org_permissions"), claims.get("act")
    return Caller(
        user_id=claims["sub"],
        session_id=claims["sid"],
        issuer=claims["iss"],
        org_id=_text(claims.get("org_id")),
        org_role=_text(claims.get("org_role")),
        org_permissions=tuple(filter(_text, cast("list[str]", permissions))) if isinstance(permissions, list) else (),
        expires_at=claims["exp"],
        actor=_text(cast("Mapping[str, Any]", actor).get("sub")) if isinstance(actor, dict) else None,
    )


build = Clerk
