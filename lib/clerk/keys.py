"""Hold the public keys of a Clerk instance: given by the operator, or fetched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from contextlib import AbstractAsyncContextManager

PEM = re.compile(r"-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----")
FEWEST_BITS = 2_048


class NoKeys(Exception):
    """No keys could be fetched; the message says what came instead."""


class Keys(Protocol):
    """Where the keys come from."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """Own what fetching needs."""
        ...

    def candidates(self, kid: str | None, /) -> AsyncGenerator[Sequence[RSAPublicKey], None]:
        """Yield the keys that may have signed a token, then those that a refresh brings, if there may be one.

        Raises SessionRequired for a header that names no key where one must be named, and Unavailable without any key.
        """
        ...

    def down(self) -> str | None:
        """Say why no token can be verified, without fetching anything."""
        ...

    def numbers(self) -> dict[str, float]:
        """Count the keys."""
        ...


def parse(text: str) -> tuple[RSAPublicKey, ...]:
    r"""Read PEM public keys, with real line ends or `\n`. Raises ValueError."""
    if "PRIVATE KEY-----" in text:
        raise ValueError("it holds a private key; set the public one here, and replace the pair, which is known now")
    found = PEM.findall(text.replace("\\n", "\n"))
    try:
        keys = [load_pem_public_key(pem.encode()) for pem in found]
    except ValueError:
        keys = []
    rsa = tuple(key for key in keys if isinstance(key, RSAPublicKey) and key.key_size >= FEWEST_BITS)
    if not rsa or len(rsa) < text.count("-----BEGIN"):
        raise ValueError(f"it must hold RSA public keys of {FEWEST_BITS} bits or more in PEM form, and nothing else")
    return rsa
