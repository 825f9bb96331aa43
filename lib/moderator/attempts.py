"""Try a turn again while that can help and its time lasts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    wait_random_exponential,
)

from lib.autogen.failures import ModelFault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lib.autogen.turn_clock import TurnClock
    from lib.moderator.budget import Budget

MOST = 3
BACK_OFF = wait_random_exponential(multiplier=0.5, max=8)


def _fault(state: RetryCallState) -> ModelFault | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, ModelFault) else None


def _wait(state: RetryCallState) -> float:
    """Back off, and never come back before the server said."""
    fault = _fault(state)
    return BACK_OFF(state) + (fault.retry_after if fault else 0.0)


def attempts(clock: TurnClock, budget: Budget, reset: Callable[[ModelFault], Awaitable[None]]) -> AsyncRetrying:
    """Return what repeats a turn; `reset` hears of each attempt that is to be repeated."""

    def stop(state: RetryCallState) -> bool:
        return state.attempt_number >= MOST or state.upcoming_sleep >= clock.left or budget.spent

    async def before_sleep(state: RetryCallState) -> None:
        if (fault := _fault(state)) is not None:
            await reset(fault)

    async def sleep(seconds: float) -> None:
        async with clock.running():
            await asyncio.sleep(seconds)

    return AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, ModelFault) and error.retryable),
        stop=stop,
        wait=_wait,
        before_sleep=before_sleep,
        sleep=sleep,
        reraise=True,
    )
