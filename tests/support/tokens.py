"""Build session tokens from their parts, valid and invalid ones."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from scripts.local import clerk

ABSENT = object()
"""The value of a claim or header member that is to be left out."""

KID = "ins_local"
STRANGER = rsa.generate_private_key(65_537, 2_048)


def segment(data: bytes) -> str:
    """Encode bytes as base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _json(members: dict[str, Any]) -> bytes:
    return json.dumps({name: value for name, value in members.items() if value is not ABSENT}).encode()


def header(**members: Any) -> bytes:
    """Return the JSON of an ordinary header with these members added or replaced."""
    return _json({"alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": KID, "typ": "JWT"} | members)


def claims(now: int, **claimed: Any) -> bytes:
    """Return the JSON of an ordinary session's claims at `now` (Unix seconds), with these added or replaced."""
    ordinary = {
        "azp": clerk.PARTY,
        "exp": now + 60,
        "iat": now,
        "iss": clerk.ISSUER,
        "nbf": now - 10,
        "sid": f"sess_{secrets.token_hex(12)}",
        "sub": "user_2abcDEF",
        "v": 2,
    }
    return _json(ordinary | claimed)


def signed(head: bytes, payload: bytes, key: rsa.RSAPrivateKey | None = None) -> str:
    """Return a token signed with RS256, whatever algorithm its header names."""
    message = f"{segment(head)}.{segment(payload)}"
    signature = (key or clerk.private_key()).sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{message}.{segment(signature)}"
