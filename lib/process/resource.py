"""Define a resource: what functions use that lives as long as their process."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from types import TracebackType

    from lib.process.environment import Variable


class Resource:
    """What `build` makes in a module that lib/manifest.py lists in RESOURCES.

    The router gives each parameter of `build` the value of the parameter's name: `environ` (the environment),
    `shutdown` (Shutdown), or a resource built before. `build` raises Misconfigured.
    """

    variables: ClassVar[tuple[Variable[Any], ...]] = ()
    """Every environment variable that `build` reads: README's table and the deploy plan are made from them."""

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            await self._enter(stack)
            self._entered = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._entered.aclose()

    async def _enter(self, stack: contextlib.AsyncExitStack) -> None:
        """Start what must run while the process serves, and push onto `stack` what ends it."""

    async def ping(self) -> str | None:
        """Return why the resource is down, or None; never raises. Health omits a resource that does not override it."""
        return None

    @property
    def numbers(self) -> dict[str, float] | None:
        """What the last ping counted, by name, for health to show."""
        return None
