from __future__ import annotations

import pytest

from lib.autogen.failures import ModelFault, unavailable
from lib.contract.failures import ModelAnswerBroken, ModelAnswerEndless, ModelRefused
from lib.moderator.retry_policy import RetryPolicy


@pytest.mark.parametrize("failure", [ModelAnswerEndless(), ModelRefused()])
def test_a_failure_that_stays_is_not_retried(failure: ModelAnswerEndless | ModelRefused) -> None:
    assert RetryPolicy().pause(1, ModelFault(failure)) is None


def test_the_last_attempt_is_not_retried() -> None:
    fault = ModelFault(ModelAnswerBroken())
    assert [RetryPolicy(attempts=2).pause(attempt, fault) is None for attempt in (1, 2)] == [False, True]


def test_a_pause_grows_and_has_a_bound() -> None:
    fault, policy = ModelFault(ModelAnswerBroken()), RetryPolicy(attempts=100)
    most = [max(policy.pause(attempt, fault) or 0 for _ in range(200)) for attempt in (1, 3, 50)]
    assert 0 < most[0] <= 0.5 < most[1] <= 2 < most[2] <= 8


def test_a_pause_is_never_shorter_than_the_server_asked_for() -> None:
    pause = RetryPolicy().pause(1, unavailable(retry_after=7))
    assert pause is not None
    assert 7 <= pause <= 7.5
