"""Read a session token from a request and check its form and header, before its signature is verified."""

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
"""The longest token that is read."""

LONGEST_SCHEME = 64
"""Room for `Bearer` and spaces: a longer header is too large without looking for the token."""

FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
BEARER = re.compile(r"bearer +([^ ]+)", re.IGNORECASE)
MACHINE_PREFIXES = ("mt_", "m2m_", "oat_", "ak_")
"""The prefixes of Clerk's machine tokens (https://clerk.com/docs/machine-auth/token-types)."""

SESSION_CATEGORY = "cl_B7d4PD111AAA"
SESSION_CATEGORIES = frozenset({SESSION_CATEGORY, "cl_I7d4PD111III"})
"""The `cat` of session tokens. JWT templates and machine tokens are signed by the same key, with another `cat`."""

FORBIDDEN_MEMBERS = frozenset({"crit", "b64", "zip", "cty", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"})
"""Members that change how a signature is checked or where its key comes from (RFC 7515, 4.1; RFC 7797)."""


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
    """Return the token's header, checked. Raises SessionRequired for a token whose signature need not be verified."""
    if len(token) > MOST_CHARACTERS:
        raise refusal("too-large", "it is too long")
    if token.startswith(MACHINE_PREFIXES):
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
    if not FORBIDDEN_MEMBERS.isdisjoint(found):
        raise refusal("header", "its header asks for what a session token never needs")
    kid = found.get("kid", "-")
    if not isinstance(kid, str) or not kid:
        raise refusal("header", "its key id is not a name")
    category = found.get("cat", SESSION_CATEGORY)
    if not isinstance(category, str) or category not in SESSION_CATEGORIES:
        raise refusal("token-type", "it is not the token of a session")
