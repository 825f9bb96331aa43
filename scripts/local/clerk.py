"""Session tokens in Clerk's format, signed by a key of the developer's machine in .local/."""

from __future__ import annotations

import functools
import os
import secrets
import time
from functools import cache
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_FILE = Path(__file__).parent.parent.parent / ".local" / "clerk.pem"
ISSUER = "https://clerk.localhost"
PARTY = "http://localhost:3000"
USER = "user_local"


def _new_key() -> bytes:
    return rsa.generate_private_key(65_537, 2_048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@functools.cache  # to read and check it again costs more than to sign with it
def private_key() -> rsa.RSAPrivateKey:
    """Return the machine's key, and create it first if it does not exist; concurrent processes get the same key."""
    if not KEY_FILE.exists():
        KEY_FILE.parent.mkdir(mode=0o700, exist_ok=True)
        draft = KEY_FILE.with_name(f"clerk-{secrets.token_hex(8)}.pem")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_new_key())
        try:
            os.link(draft, KEY_FILE)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _parse(KEY_FILE.read_bytes())


@cache
def _parse(pem: bytes) -> rsa.RSAPrivateKey:
    """Parse a key, once: it takes as long as a hundred signatures."""
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{KEY_FILE} does not hold an RSA key; remove it")
    return key


def public_key() -> str:
    """Return the value for CLERK_JWT_KEY."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private_key().public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def token(user: str = USER, *, seconds: int = 60, **claims: object) -> str:
    """Return a session token (version 2); `claims` are added to those of an ordinary session, or replace them."""
    now = int(time.time())
    session = {
        "azp": PARTY,
        "exp": now + seconds,
        "iat": now,
        "iss": ISSUER,
        "nbf": now - 10,
        "sid": f"sess_{secrets.token_hex(12)}",
        "sub": user,
        "v": 2,
    }
    return jwt.encode(session | claims, private_key(), "RS256", {"kid": "ins_local", "cat": "cl_B7d4PD111AAA"})
