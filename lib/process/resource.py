"""Say what a resource is: something a function uses that lives as long as its process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class Resource:
    """What `build` makes, in a module named in a manifest's `uses`.

    `build` takes the environment, and by their names the resources below it that it needs; it raises Misconfigured.
    Entering connects; leaving lets go of everything.
    """

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to let go of."""

    async def ping(self) -> str | None:
        """Say why this is down, or nothing; never raises. Health leaves out a resource that cannot be down."""
        return None

    @property
    def numbers(self) -> dict[str, float] | None:
        """Return what the last ping counted, for health to show."""
        return None
