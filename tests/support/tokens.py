"""Make session tokens of every kind, good and bad, from their bytes up."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from scripts.local import clerk

ABSENT = object()
"""Leaves a claim, or a member of the header, out."""

KID = "ins_local"
STRANGER = rsa.generate_private_key(65_537, 2_048)


def segment(data: bytes) -> str:
    """Encode as a token's parts are."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _json(members: dict[str, Any]) -> bytes:
    return json.dumps({name: value for name, value in members.items() if value is not ABSENT}).encode()


def header(**members: Any) -> bytes:
    """Return an ordinary header, with these members instead."""
    return _json({"alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": KID, "typ": "JWT"} | members)


def claims(now: int, **claimed: Any) -> bytes:
    """Return the claims of an ordinary session at that moment, with these instead."""
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
    """Sign with RS256, whatever the header says."""
    message = f"{segment(head)}.{segment(payload)}"
    signature = (key or clerk.private_key()).sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{message}.{segment(signature)}"
