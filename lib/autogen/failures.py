"""Say what went wrong with a model, and whether asking again can help."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx
import openai

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

ASK_AGAIN = frozenset({408, 409, 425, 429})
NOBODY_MAY = frozenset({401, 403, 404})
"""What a server says to every debate alike: the key or the model's name is not good."""

SERVER_ERROR, NOT_IMPLEMENTED = 500, 501
LONGEST_RETRY_AFTER = 3_600.0

RAISED = (
    openai.OpenAIError,
    httpx.HTTPError,
    httpx.StreamError,
    TimeoutError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    AssertionError,
    RecursionError,
)
"""What AutoGen and its OpenAI client raise for a fault of the model: they trip over any answer of another form."""


class ModelFault(Exception):
    """A turn could not be had from the model, because of `failure`.

    `refused` where the server found the request bad, `outage` where it said nothing that another debate could use,
    `retry_after` the seconds it asked for, `usage` what the attempt cost.
    """

    def __init__(self, failure: Failure, *, outage: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(failure.name())
        self.failure, self.retryable = failure, failure.retryable
        self.outage, self.retry_after = outage, retry_after
        self.refused = isinstance(failure, ModelRefused) and not outage
        self.usage: Usage = NOTHING


def fault(error: Exception) -> ModelFault:
    """Describe what was raised."""
    match error:
        case openai.APIStatusError() if _may_pass(error.status_code):
            return unavailable(_retry_after(error.response.headers))
        case openai.APIStatusError():
            return ModelFault(ModelRefused(), outage=error.status_code in NOBODY_MAY)
        case openai.OpenAIError() | httpx.HTTPError() | TimeoutError():
            return unavailable()
        case _:
            return ModelFault(ModelAnswerBroken())


def _may_pass(status: int) -> bool:
    return status in ASK_AGAIN or (status >= SERVER_ERROR and status != NOT_IMPLEMENTED)


def unavailable(retry_after: float = 0.0) -> ModelFault:
    """Say that the server gave no answer, or broke off."""
    return ModelFault(ModelUnavailable(), outage=True, retry_after=retry_after)


def judge_result(text: str, finish_reason: str, *, finished: bool) -> None:
    """Raise ModelFault for an answer that the client took for success and that is none.

    `finished` says whether the server closed the answer with a reason, however it called it, or counted its tokens.
    """
    if finish_reason == "content_filter":
        raise ModelFault(ModelContentFilter())
    if not text.strip() or (finish_reason == "unknown" and not finished):
        raise ModelFault(ModelAnswerEmpty())


def _retry_after(headers: httpx.Headers) -> float:
    """Read Retry-After (RFC 9110, 10.2.3): seconds, or a date."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        seconds = parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
