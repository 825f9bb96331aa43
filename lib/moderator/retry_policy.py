"""Decide whether a failed turn is tried again, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential

if TYPE_CHECKING:
    from tenacity.wait import wait_base

    from lib.autogen.failures import ModelFault


BACK_OFF = wait_random_exponential(multiplier=0.5, max=8)
"""Up to 0.5 s after the first attempt, twice as long after each further one, at most 8 s."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The most attempts at a turn, and tenacity's strategy for the pause between two of them."""

    attempts: int = 3
    wait: wait_base = BACK_OFF

    def pause(self, attempt: int, fault: ModelFault) -> float | None:
        """Return the seconds from the failed attempt, counted from 1, to the next; None where it is the last.

        The pause begins after what the server asked for (Retry-After).
        """
        if not fault.retryable or attempt >= self.attempts:
            return None
        state = RetryCallState(AsyncRetrying(), None, (), {})
        state.attempt_number = attempt
        return fault.retry_after + self.wait(state)
