"""Verify with the keys that the operator gave, without any network."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


class GivenKeys:
    """The keys of CLERK_JWT_KEY, several while they are rotated; their names are not known."""

    def __init__(self, keys: Sequence[RSAPublicKey]) -> None:
        """Take them as they are."""
        self._keys = keys

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Own nothing."""
        yield

    async def candidates(self, _kid: str | None, /) -> AsyncGenerator[Sequence[RSAPublicKey], None]:
        """Yield all of them."""
        yield self._keys

    def down(self) -> None:
        """Be well."""

    def numbers(self) -> dict[str, float]:
        """Count the keys."""
        return {"keys": len(self._keys)}
