"""Map what openai and httpx raise to a ModelFault."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import httpx
import openai

from lib.autogen.failures import ModelFault, unavailable
from lib.contract.failures import ModelAnswerBroken, ModelRefused

RAISED = (openai.OpenAIError, httpx.HTTPError, httpx.StreamError)

RETRYABLE = frozenset({408, 409, 425, 429})
REFUSED_FOR_ALL = frozenset({401, 403, 404})
"""What a server answers to every debate alike: the key or the model's name is wrong."""

SERVER_ERROR, NOT_IMPLEMENTED = 500, 501
LONGEST_RETRY_AFTER = 3_600.0
"""The most seconds that a server's Retry-After may ask for."""


def to_fault(error: Exception) -> ModelFault:
    """Return the fault that an exception of RAISED stands for."""
    match error:
        case openai.APIStatusError() if _is_retryable(error.status_code):
            return unavailable(_retry_after(error.response.headers))
        case openai.APIStatusError():
            return ModelFault(ModelRefused(), outage=error.status_code in REFUSED_FOR_ALL)
        case openai.OpenAIError() | httpx.HTTPError():
            return unavailable()
        case _:
            return ModelFault(ModelAnswerBroken())


def _is_retryable(status: int) -> bool:
    return status in RETRYABLE or (status >= SERVER_ERROR and status != NOT_IMPLEMENTED)


def _retry_after(headers: httpx.Headers) -> float:
    """Read Retry-After (RFC 9110, 10.2.3), seconds or a date, as seconds."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        seconds = parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
