"""Keys that the operator set in CLERK_JWT_KEY; nothing is fetched."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


class GivenKeys:
    """One key, or several during a rotation. PEM holds no key id, so each is tried."""

    def __init__(self, keys: Sequence[RSAPublicKey]) -> None:
        self._keys = keys

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        yield

    async def candidates(self, _kid: str | None, /) -> AsyncGenerator[Sequence[RSAPublicKey], None]:
        yield self._keys

    def down(self) -> None:
        return None

    def numbers(self) -> dict[str, float]:
        return {"keys": len(self._keys)}
