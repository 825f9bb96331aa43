"""Take a session token from a request and look at its form, before anything of it is believed."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, cast

from lib.clerk.refusal import missing, refusal
from lib.contract import strict_json

if TYPE_CHECKING:
    from starlette.datastructures import Headers

MOST_CHARACTERS = 8_192
LONGEST_SCHEME = 64
FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
BEARER = re.compile(r"bearer +([^ ]+)", re.IGNORECASE)
MACHINES = ("mt_", "m2m_", "oat_", "ak_")
"""How Clerk's machine tokens begin (https://clerk.com/docs/machine-auth/token-types)."""

ORDINARY = "cl_B7d4PD111AAA"
SESSIONS = frozenset({ORDINARY, "cl_I7d4PD111III"})
"""The categories of session tokens; templates and machine tokens are signed by the same key."""

FORBIDDEN = frozenset({"crit", "b64", "zip", "cty", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"})


def bearer(headers: Headers) -> str:
    """Return the token of the one Authorization header (RFC 6750). Raises SessionRequired."""
    given = headers.getlist("authorization")
    if not given:
        raise missing()
    if len(given) > 1:
        raise refusal("malformed", "there is more than one Authorization header")
    if len(given[0]) > MOST_CHARACTERS + LONGEST_SCHEME:
        raise refusal("too-large", "it is too long")
    found = BEARER.fullmatch(given[0])
    if found is None:
        raise refusal("malformed", "the Authorization header is not one Bearer token")
    return found[1]


def header(token: str) -> dict[str, Any]:
    """Return the token's header, once form and header allow to look at the signature. Raises SessionRequired."""
    if len(token) > MOST_CHARACTERS:
        raise refusal("too-large", "it is too long")
    if token.startswith(MACHINES):
        raise refusal("token-type", "it is a machine's token, not a session's")
    if not FORM.fullmatch(token):
        raise refusal("malformed", "it does not have the form of a session token")
    found = _decode(token[: token.index(".")])
    _check(found)
    return found


def _decode(segment: str) -> dict[str, Any]:
    try:
        text = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)).decode("utf-8")
        found = strict_json.decode(text)
    except (binascii.Error, UnicodeDecodeError, strict_json.NotStrict):
        raise refusal("header", "its header cannot be read") from None
    if not isinstance(found, dict):
        raise refusal("header", "its header is not an object")
    return cast("dict[str, Any]", found)


def _check(found: dict[str, Any]) -> None:
    if found.get("alg") != "RS256":
        raise refusal("algorithm", "its algorithm is not RS256")
    if found.get("typ", "JWT") != "JWT":
        raise refusal("header", "its type is not JWT")
    if not FORBIDDEN.isdisjoint(found):
        raise refusal("header", "its header asks for what a session token never needs")
    kid = found.get("kid", "-")
    if not isinstance(kid, str) or not kid:
        raise refusal("header", "its key id is not a name")
    category = found.get("cat", ORDINARY)
    if not isinstance(category, str) or category not in SESSIONS:
        raise refusal("token-type", "it is not the token of a session")
