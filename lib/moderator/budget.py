"""Bound a debate's time and tokens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lib.debates import deadline
from lib.process.environment import Variable, whole

if TYPE_CHECKING:
    from lib.debates.claim import Claim
    from lib.debates.usage import UsageTotals

DEBATE_TOKEN_BUDGET = Variable(
    "DEBATE_TOKEN_BUDGET",
    "The tokens that a debate may use, at 80 % of which the judge closes; no limit where empty",
    whole(1, 10**9),
    None,
)

CLOSING_SHARE = 0.8
"""The share of the time or of the tokens after which no debater's turn starts, and the judge closes."""

DEBATERS_SHARE = 0.9
"""The share of the time after which a debater's turn that has started is cut off: the rest is the judge's."""


class Budget:
    """A debate's time since its first start, over all its workers, and its tokens, over all attempts."""

    def __init__(self, claim: Claim, usage: UsageTotals, tokens: int | None) -> None:
        """Allow so many tokens, or any number; `usage` grows while the debate runs."""
        self._seconds = deadline.SECONDS + deadline.ROUND_SECONDS * claim.request.rounds
        self._start = time.monotonic() - claim.seconds
        self._usage, self._tokens = usage, tokens

    def seconds(self, share: float = 1.0) -> float:
        """Return the seconds until this share of the time is over; negative afterwards."""
        return self._start + share * self._seconds - time.monotonic()

    @property
    def closing(self) -> bool:
        """Say whether the judge must close now."""
        return self.seconds(CLOSING_SHARE) <= 0 or self._spent(CLOSING_SHARE)

    @property
    def tokens_spent(self) -> bool:
        """Say whether no token is left."""
        return self._spent(1.0)

    def _spent(self, share: float) -> bool:
        return self._tokens is not None and self._usage.tokens >= share * self._tokens
