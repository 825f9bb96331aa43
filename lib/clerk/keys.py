"""The interface of GivenKeys and FetchedKeys, and the parser of PEM keys."""

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
"""The shortest RSA key that is accepted."""


class NoKeys(Exception):
    """No key could be fetched; the message says what was received instead."""


class Keys(Protocol):
    """The public keys of one Clerk instance."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """Return the context in which the keys may be asked for; leaving it cancels a fetch under way."""
        ...

    def candidates(self, kid: str | None, /) -> AsyncGenerator[Sequence[RSAPublicKey], None]:
        """Yield the keys that may have signed a token with this key id, then the new ones after a refresh.

        Raises SessionRequired if the keys are chosen by id and `kid` is None, and Unavailable without any key.
        """
        ...

    def down(self) -> str | None:
        """Return why no token can be verified, or None. Fetches nothing."""
        ...

    def numbers(self) -> dict[str, float]:
        """Return what health shows: the number of `keys`, and `age_seconds` if they were fetched. Fetches nothing."""
        ...


def parse(text: str) -> tuple[RSAPublicKey, ...]:
    r"""Parse PEM public keys; a line end may also be the two characters `\n`. Raises ValueError."""
    if "PRIVATE KEY-----" in text:
        raise ValueError("it holds a private key; set the public key, and replace the pair: it may be known now")
    found = PEM.findall(text.replace("\\n", "\n"))
    try:
        keys = [load_pem_public_key(pem.encode()) for pem in found]
    except ValueError:
        keys = []
    rsa = tuple(key for key in keys if isinstance(key, RSAPublicKey) and key.key_size >= FEWEST_BITS)
    if not rsa or len(rsa) < text.count("-----BEGIN"):
        raise ValueError(f"it must hold RSA public keys of {FEWEST_BITS} bits or more in PEM form, and nothing else")
    return rsa
