"""Say what went wrong with a model, and whether asking again can help."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx
import openai

from lib.contract.events import NOTHING, EventProblem

if TYPE_CHECKING:
    from lib.contract.events import Usage

ASK_AGAIN = frozenset({408, 409, 425, 429})
NOBODY_MAY = frozenset({401, 403, 404})
"""What a server says to every debate alike: the key or the model's name is not good."""

REFUSED = "model-refused"
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
    """A turn could not be had from the model.

    `refused` where the server found the request bad, `outage` where it said nothing that another debate could use,
    `retry_after` the seconds it asked for, `usage` what the attempt cost.
    """

    def __init__(
        self, name: str, title: str, detail: str, *, retryable: bool, outage: bool = False, retry_after: float = 0.0
    ) -> None:
        """Describe the fault for the debate's owner, without the provider's words."""
        super().__init__(name)
        self.problem = EventProblem(type=f"urn:problem:{name}", title=title, detail=detail)
        self.retryable, self.outage, self.retry_after = retryable, outage, retry_after
        self.refused = name == REFUSED and not outage
        self.usage: Usage = NOTHING


def fault(error: Exception) -> ModelFault:
    """Describe what was raised."""
    match error:
        case openai.APIStatusError() if _may_pass(error.status_code):
            return unavailable(_retry_after(error.response.headers))
        case openai.APIStatusError():
            return _refused(outage=error.status_code in NOBODY_MAY)
        case openai.OpenAIError() | httpx.HTTPError() | TimeoutError():
            return unavailable()
        case _:
            return broken()


def _may_pass(status: int) -> bool:
    return status in ASK_AGAIN or (status >= SERVER_ERROR and status != NOT_IMPLEMENTED)


def unavailable(retry_after: float = 0.0) -> ModelFault:
    """Say that the server gave no answer, or broke off."""
    return ModelFault(
        "model-unavailable",
        "The model did not answer",
        "The model's server did not answer in time, was too busy, or broke off.",
        retryable=True,
        outage=True,
        retry_after=retry_after,
    )


def broken() -> ModelFault:
    """Say that the answer was something else than what was asked for."""
    detail = "The answer did not have the form asked for."
    return ModelFault("model-answer-broken", "The model's answer was broken", detail, retryable=True)


def endless() -> ModelFault:
    """Say that the answer had no end."""
    detail = "The answer went on beyond any length that a turn may have, and was dropped."
    return ModelFault("model-answer-endless", "The model's answer had no end", detail, retryable=False)


def empty() -> ModelFault:
    """Say that there was no answer, or half of one."""
    detail = "The model said nothing, would not say it, or broke off in the middle."
    return ModelFault("model-answer-empty", "The model's answer was empty", detail, retryable=True)


def _refused(*, outage: bool) -> ModelFault:
    detail = "The model's server refused the request; whoever operates this must look at its key, name and quota."
    return ModelFault(REFUSED, "The model refused the request", detail, retryable=False, outage=outage)


def cut() -> ModelFault:
    """Say that the answer broke off at the longest that the model gives."""
    detail = "The answer was too long for the model; start the debate again, with fewer rounds."
    return ModelFault("model-cut", "The model's answer was cut", detail, retryable=False)


def _withheld() -> ModelFault:
    detail = "The model's provider withheld the answer because of its content rules."
    return ModelFault("model-content-filter", "The model's answer was withheld", detail, retryable=False)


def judge_result(text: str, finish_reason: str, *, finished: bool) -> None:
    """Raise ModelFault for an answer that the client took for success and that is none.

    `finished` says whether the server closed the answer with a reason, however it called it, or counted its tokens.
    """
    if finish_reason == "content_filter":
        raise _withheld()
    if not text.strip() or (finish_reason == "unknown" and not finished):
        raise empty()


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
