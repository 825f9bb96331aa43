"""Say what went wrong with a model, and whether asking again can help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.contract.events import NOTHING
from lib.contract.failures import (
    ModelAnswerBroken,
    ModelAnswerEmpty,
    ModelContentFilter,
    ModelRefused,
    ModelUnavailable,
)

if TYPE_CHECKING:
    from lib.contract.events import Usage
    from lib.contract.failures import Failure

RAISED = (TimeoutError, ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError)
"""What a turn out of time raises, and AutoGen on an answer of an unexpected form."""


class ModelFault(Exception):
    """The model gave no turn, because of `failure`.

    `refused` where the server found the request bad; `outage` where its answer would be the same for every debate;
    `retry_after` the seconds for which the server asked; `usage` what the attempt cost.
    `status` and `code` are what the server's error says of itself, `context_tokens` the size of its context where it
    names that; `refused_tools` where it may answer the same request without tools.
    """

    status: int | None = None
    code = ""
    context_tokens: int | None = None
    refused_tools = False

    def __init__(self, failure: Failure, *, outage: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(failure.name())
        self.failure, self.retryable = failure, failure.retryable
        self.outage, self.retry_after = outage, retry_after
        self.refused = isinstance(failure, ModelRefused) and not outage
        self.usage: Usage = NOTHING


def to_fault(error: Exception) -> ModelFault:
    """Return the fault that an exception of RAISED stands for."""
    return unavailable() if isinstance(error, TimeoutError) else ModelFault(ModelAnswerBroken())


def unavailable(retry_after: float = 0.0) -> ModelFault:
    """Return the fault of a server that gave no answer, or broke off."""
    return ModelFault(ModelUnavailable(), outage=True, retry_after=retry_after)


def judge_result(text: str, finish_reason: str, *, finished: bool) -> None:
    """Raise ModelFault for an answer that AutoGen's client takes for success and that is none.

    `finished` says whether the server ended the answer with a finish reason of any name, or counted its tokens.
    """
    if finish_reason == "content_filter":
        raise ModelFault(ModelContentFilter())
    if not text.strip() or (finish_reason == "unknown" and not finished):
        raise ModelFault(ModelAnswerEmpty())
