"""Limit the streams that each user has open in one process."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

from lib.contract.caller import Owner
from lib.contract.problems import TooManyRequests
from lib.process.environment import Variable, whole
from lib.process.resource import Resource
from lib.streaming.unauthenticated import UnauthenticatedSockets

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from lib.contract.caller import Caller

STREAMS_PER_USER = Variable(
    "STREAMS_PER_USER", "The most streams that a user may have open in a process", whole(1, 1_000_000), 20
)
RETRY_SECONDS = 5
"""The Retry-After of a refused stream."""


class StreamLimits(Resource):
    """The open streams of a process, counted in memory, as no stream outlives its process."""

    variables = (STREAMS_PER_USER,)

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read STREAMS_PER_USER."""
        self._most = STREAMS_PER_USER.read(environ)
        self._open = Counter[Owner]()
        self.unauthenticated = UnauthenticatedSockets()

    def open(self, caller: Caller) -> contextlib.ExitStack:
        """Count a stream of the caller until the returned stack is closed. Raises TooManyRequests."""
        if self._open[caller.owner] >= self._most:
            raise TooManyRequests(
                f"You have {self._most} streams open here, as many as you may; close one.",
                reason="streams",
                headers={"Retry-After": str(RETRY_SECONDS)},
            )
        counted = contextlib.ExitStack()
        counted.enter_context(self._counted(caller.owner))
        return counted

    @contextlib.contextmanager
    def _counted(self, owner: Owner) -> Generator[None]:
        self._open[owner] += 1
        try:
            yield
        finally:
            self._open[owner] -= 1
            if self._open[owner] == 0:
                del self._open[owner]


build = StreamLimits
