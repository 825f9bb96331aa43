"""Count the streams that each user has open in this process."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

from lib.contract.problems import TooManyRequests
from lib.process.environment import Variable, whole
from lib.process.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from lib.contract.caller import Caller

STREAMS_PER_USER = Variable(
    "STREAMS_PER_USER", "The most streams that a user may have open in a process", whole(1, 1_000_000), 20
)
RETRY_SECONDS = 5
"""The Retry-After of a refused stream."""

MOST_UNKNOWN = 200
"""The sockets of a process that have not yet said whose they are."""


class StreamLimits(Resource):
    """The viewers of a process; in memory, as a stream never outlives it."""

    variables = (STREAMS_PER_USER,)

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read how many streams a user may have."""
        self._most = STREAMS_PER_USER.read(environ)
        self._open = Counter[tuple[str, str]]()
        self._unknown = 0

    def admit(self, caller: Caller) -> contextlib.ExitStack:
        """Count one more stream until the stack is closed. Raises TooManyRequests."""
        user = (caller.issuer, caller.user_id)
        if self._open[user] >= self._most:
            raise TooManyRequests(
                f"You have {self._most} streams open here, as many as you may; close one.",
                reason="streams",
                headers={"Retry-After": str(RETRY_SECONDS)},
            )
        seat = contextlib.ExitStack()
        seat.enter_context(self._counted(user))
        return seat

    @contextlib.contextmanager
    def anteroom(self) -> Generator[None]:
        """Count one more socket of nobody until the context ends. Raises TooManyRequests."""
        if self._unknown >= MOST_UNKNOWN:
            raise TooManyRequests("Too many sockets wait for their session here; come again.", reason="sockets")
        self._unknown += 1
        try:
            yield
        finally:
            self._unknown -= 1

    @contextlib.contextmanager
    def _counted(self, user: tuple[str, str]) -> Generator[None]:
        self._open[user] += 1
        try:
            yield
        finally:
            self._open[user] -= 1
            if self._open[user] == 0:
                del self._open[user]


build = StreamLimits
