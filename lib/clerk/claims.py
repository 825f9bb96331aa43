"""Check the claims of a session token whose signature is verified.

The rules are those of Clerk's SDKs (https://clerk.com/docs/guides/sessions/manual-jwt-verification), and stricter where
the SDKs differ: no claim is converted to another type, and a lifetime is bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from lib.clerk import organisation
from lib.clerk.refusal import refusal
from lib.contract import strict_json
from lib.contract.caller import Caller

if TYPE_CHECKING:
    from collections.abc import Mapping

SKEW_SECONDS = 5
"""How far Clerk's clock and the clock of a Verifier may differ."""

LONGEST_SECONDS = 86_400
"""The longest lifetime of a token, from iat to exp."""

SUBJECT = re.compile(r"user_[A-Za-z0-9]{1,64}")
SESSION = re.compile(r"sess_[A-Za-z0-9]{1,64}")


@dataclass(frozen=True, slots=True)
class Rules:
    """The accepted iss, azp (`parties`) and aud (`audiences`; empty if a token must have none)."""

    issuer: str
    parties: frozenset[str]
    audiences: frozenset[str]


def read(payload: bytes) -> dict[str, Any]:
    """Decode a payload as a strict JSON object. Raises SessionRequired."""
    try:
        claims = strict_json.decode(payload.decode("utf-8"))
    except (UnicodeDecodeError, strict_json.NotStrict):
        raise refusal("claim", "its claims cannot be read") from None
    if not isinstance(claims, dict):
        raise refusal("claim", "its claims are not an object")
    return cast("dict[str, Any]", claims)


def check(claims: Mapping[str, Any], rules: Rules, now: float) -> Caller:
    """Return the caller whom the claims describe; `now` is in Unix seconds. Raises SessionRequired."""
    subject, session = _text(claims, "sub", SUBJECT), _text(claims, "sid", SESSION)
    if claims.get("iss") != rules.issuer:
        raise refusal("issuer", "it was issued by another Clerk instance")
    party = claims.get("azp")
    if not isinstance(party, str) or party not in rules.parties:
        raise refusal("authorized-party", "it was issued for another origin")
    _check_audience(claims, rules.audiences)
    expires_at = _check_times(claims, now)
    _check_status(claims)
    membership = organisation.read(claims)
    return Caller(
        user_id=subject,
        session_id=session,
        issuer=rules.issuer,
        org_id=membership.id,
        org_role=membership.role,
        org_permissions=membership.permissions,
        expires_at=expires_at,
        actor=_actor(claims),
    )


def has_expired(expires_at: float, now: float) -> bool:
    """Return whether an exp lies in the past at `now`; both are in Unix seconds."""
    return expires_at <= now - SKEW_SECONDS


def _text(claims: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise refusal("claim", f"its {name} is not one of a session")
    return value


def _check_audience(claims: Mapping[str, Any], audiences: frozenset[str]) -> None:
    claimed: object = claims.get("aud")
    if "aud" not in claims and not audiences:
        return
    values = cast("list[object]", claimed) if isinstance(claimed, list) else [claimed]
    if not all(isinstance(value, str) for value in values) or audiences.isdisjoint(cast("list[str]", values)):
        raise refusal("audience", "it was issued for another audience")


def _integer(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int:  # isinstance would accept a bool
        raise refusal("claim", f"its {name} is not a whole number")
    return value


def _check_times(claims: Mapping[str, Any], now: float) -> int:
    """Check exp, iat and nbf (RFC 7519, 4.1), and return exp."""
    expires_at, issued_at = _integer(claims, "exp"), _integer(claims, "iat")
    begins = max(issued_at, _integer(claims, "nbf")) if "nbf" in claims else issued_at
    if has_expired(expires_at, now):
        raise refusal("expired", "it has expired")
    if begins > now + SKEW_SECONDS:
        raise refusal("not-yet-valid", "it is not valid yet")
    if not 0 < expires_at - issued_at <= LONGEST_SECONDS:
        raise refusal("claim", "it does not end within a day of its beginning")
    return expires_at


def _check_status(claims: Mapping[str, Any]) -> None:
    status = claims.get("sts", "active")
    if status == "pending":
        raise refusal("pending", "its session has tasks left to do; finish signing in")
    if status != "active":
        raise refusal("claim", "its session is in no known state")


def _actor(claims: Mapping[str, Any]) -> str | None:
    """Return the impersonator's subject, or None (RFC 8693, 4.1)."""
    if "act" not in claims:
        return None
    actor: object = claims["act"]
    subject = cast("dict[str, object]", actor).get("sub") if isinstance(actor, dict) else None
    if not isinstance(subject, str) or not subject:
        raise refusal("claim", "its actor has no subject")
    return subject
