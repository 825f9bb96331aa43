"""Say how much of a debate's time and tokens is left."""

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

CLOSING = 0.8
"""The part of either budget after which no new debater's turn starts, and the judge closes on what there is."""

LAST_WORD = 0.9
"""The part of the time after which a debater's turn that has started is cut off, so that the judge has the rest."""


class Budget:
    """The time of a debate, from its first start, restarts included, and its tokens, all attempts included."""

    def __init__(self, claim: Claim, ledger: UsageTotals, tokens: int | None) -> None:
        """Start where the debate stands."""
        self._seconds = deadline.SECONDS + deadline.ROUND_SECONDS * claim.request.rounds
        self._start = time.monotonic() - claim.seconds
        self._ledger, self._tokens = ledger, tokens

    def seconds(self, part: float = 1.0) -> float:
        """Return how long it is until this part of the time is over."""
        return self._start + part * self._seconds - time.monotonic()

    @property
    def closing(self) -> bool:
        """Say whether it is time for the judge."""
        return self.seconds(CLOSING) <= 0 or self._spent(CLOSING)

    @property
    def spent(self) -> bool:
        """Say whether all tokens are."""
        return self._spent(1.0)

    def _spent(self, part: float) -> bool:
        return self._tokens is not None and self._ledger.tokens >= part * self._tokens
